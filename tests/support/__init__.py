"""What several tests share: the two real units as records, and batches of workbooks made from them."""
