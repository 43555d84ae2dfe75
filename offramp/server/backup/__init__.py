"""A copy of a server in one file under a passphrase, taken while the server runs, and put back anywhere.

sealing.py      the file: a stream of sealed chunks
contents.py     what is in the stream, and how a reader tells it from anything else
taking.py       writing it
board_part.py   the answers and the dummies among which they stand
restoring.py    making a folder of it, or bringing into a folder what that does not have
small_files.py  what of the small files is put where there are some already
"""
