"""Calls carried by a provider in the Twilio dialect (TwiML), without its SDK.

The provider asks over HTTP what to do next; there is no process of ours between: each question is
answered out of the rows of the call. https://www.twilio.com/docs/voice/twiml
"""
