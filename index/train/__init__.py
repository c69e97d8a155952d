"""How the bundled model is made, as numbered steps: `python -m index.train DATA`.

DATA is a folder with the pair files `*.tsv.xz` (text, tab, text) that `step1_pairs.py` lists, and
with the question files `*.json` (SQuAD layout) that the card names. Two cores and 8 GiB are enough.
"""
