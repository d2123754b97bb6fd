"""How long can somebody still get in after their account was closed?"""
