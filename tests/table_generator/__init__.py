"""Tables as statistical offices write them, by a generator that knows what they say.

It was written from the contracts and the documentation alone, without a look at how files are read,
so that it shares no mistake with the reader. ``drafts`` invents what a table says, ``traps`` how a
person may write it, ``formats`` the file, and ``judging`` holds what was loaded against the truth.
"""
