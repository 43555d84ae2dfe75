"""Looking at the site from outside, as any visitor can: is it the campaign's, and does a person read it?"""
