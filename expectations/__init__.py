"""What is expected of the data: the contract and the rules."""
