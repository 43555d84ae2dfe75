"""The desk in a browser: pages over the same functions as the commands, on this laptop's loopback alone.

    guard.py     who may ask: Host, Origin, cookie; headers       door.py     the address that works once, the session
    keeper.py    the unlocked desk, and locking it when idle      job.py      what takes long, with its progress
    app.py       the Flask app: the desk for each request         serving.py  waitress around it
    here.py      what a page finds around it                      names.py    what ids are called in addresses
    inert.py     strangers' text on pages                         pages/      the pages, one module a family

How a page is added
-------------------
1. A module `pages/NAME.py` with a Blueprint and a Family; one line in families.py:

       pages = Blueprint("numbers", __name__)
       FAMILY: Final = Family(pages, menu=(("Numbers", "numbers.show"),), roles=("organizer",))

       @pages.get("/numbers")
       def show() -> ResponseReturnValue:
           return page("numbers.html", "Numbers", counts=counting.count(desk()))

   `here` has desk(), place(), session(), page(), go(), say(), named(), id_of(), case_of(), chosen_ids().
   The desk is this request's alone until the answer is made; do not stream from it.
2. A template `templates/desk/NAME.html` that extends "desk/layout.html", fills the block `content`, and takes
   forms and controls from the macros that are there as `parts` (parts.html):
   `{% call parts.form(url_for("numbers.make")) %}…{% endcall %}` brings the form token.
   Every control needs a label and autocomplete="off"; a test looks at all pages for both.
3. Ids never stand in an address, for the browser's history is on the disk: `url_for("case.show",
   name=named(case.id))` in a template or in Python, `case_of(name)` or `id_of(name)` on the way back.
   What is personal (words to search for, names) travels by POST, and what a page has to remember between
   requests lies in session().memory. A title names a kind of page, and nobody.
4. Every expression of a template is made inert (inert.py) and escaped. `{{ parts.letter(text) }}` shows a
   stranger's text of any length; `{{ text|beginning(80) }}` one line of it; `|as_typed` is for the value of a
   field into which the organizer types, and for nothing else.
5. What changes anything is a POST and ends with `return go("endpoint", …)`, after `say("What happened.")`, or
   `say("…", undo=event.id)` where triage.undo can take it back. An OfframpError that is raised becomes a page that says
   its sentence; catch it where something that was typed would be lost.
6. What may take longer than a page: `keeper().begin("Reading letters", work)`, then `go("home")`.
7. A page with a form in which somebody may write for long is made with `page(…, writing="ID-OF-THE-FORM")`,
   and its POST understands do=keep: the desk has locked meanwhile and been unlocked, so keep what was typed.
8. A download: `download(data, name)` of here.py, with a name from offramp.desk.attachments.harmless_name.
9. What a family has to say about a case goes beside it, on the case's own page: `beside_case=` of Family, a function
   that takes the case's id and returns `Markup(render_template(…))`, a <section> with an <h2>.
10. Tests: tests/desk/web/visiting.py has `Visit`, a client without a browser; tests/desk/web/browsing.py the
   browser with `look_at(page)`, which takes the pictures at 1280 and 400 and asks axe.
"""
