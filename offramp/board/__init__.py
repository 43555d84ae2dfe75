"""The board: what couriers push, made on a clock into plain files that everybody downloads alike (FORMAT.md, 9).

The couriers' side keeps what was pushed and makes the files; the intake only reads them.
Nothing here can open a reply or a parcel.
"""
