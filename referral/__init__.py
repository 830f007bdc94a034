"""Ventanilla: the web desk of a city's information window for people on the move.

Follow one request, POST /personas/nueva:

1. `infra/web/guard.py` opens the database for whoever holds the session cookie and refuses what declares no permission.
2. `arrival/views.py` checks the shape of the form; wrong in shape answers 422 with everything typed.
3. `form.to_fact()` makes a frozen `NewPerson` (`people/facts.py`).
4. `with unit_of_work("people.register", once=form.once_key()) as work:` (`infra/work.py`) opens the one transaction;
   `people/actions.py` checks the row's permission, asks `people/rules/`, seals the drawers, adds the rows.
5. Leaving the block writes the audit entries (`infra/audit.py`), commits, and runs what waits for the commit.
6. 303 to the next page. A `Refused` becomes a sentence on the form; a second click leads where the first one did.

The rooms, from top to bottom; a lower one never imports a higher one:

    desk          today's work, one search box, the person's file        reads only
    reports       counts and exports                                     reads only
    privacy       a permission taken back, and everything that stops with it; the glass before what is reserved
                  |  trail  who changed or read what
    duplicates    two files of one person: compare, merge, undo  |  intake  a spreadsheet of people, row by row
    certificates  the constancia: issue, print, verify, revoke
    padron        the inscription: folio, validity, renewal, correction, end
    arrival       first questions, registering, alerts that stay until answered  |  itinerary  the page to take along
                  |  upkeep  the directory kept true: edited, reviewed, verified
    referrals     prepare, send, answer, follow, close
    routing       from facts and a need to ranked doors with reasons
    needs         note, prioritise, settle
    visits        an attendance at the desk, also of nobody in particular
    documents     papers with their scans, the photograph, reading a CURP or a machine-readable zone
    consent       notice in layers, consent per purpose and partner
    households    families: who belongs, who answers for a child  |  hsds  the directory in and out, as packages
    people        register, correct, search, never twice  |  directory  services and places, in HSDS terms
    staff         accounts, sessions, desks
    infra         database, work, audit, keys, pages, papers
    access        who may do what: one table
    kernel        words everybody shares: dates, names, folio, codes

Why it is so: docs/adr. How to work in it: docs/developers.md.
"""
