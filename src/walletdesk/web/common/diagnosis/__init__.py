"""The words for what room `chain` finds: codes and fields in, sentences for laymen out.

The command line and the desk both use it, so it needs translations but no database.
"""
