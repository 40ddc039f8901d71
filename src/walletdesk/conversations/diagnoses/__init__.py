"""What the chain says about transactions and addresses that messages name, and watching them."""
