"""The two pages: the wall, for the projector and the teacher's hands, and the ballot, for everybody's own machine."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape

from labs.kit.guessing.question import Question
from labs.kit.picture.palette import COLOURS


def _colours(theme: int) -> str:
    return " ".join(f"--{name}: {COLOURS[name][theme]};" for name in ("page", "panel", "line", "ink", "muted", "data"))


STYLE = f"""
:root {{ color-scheme: light dark; {_colours(0)} }}
@media (prefers-color-scheme: dark) {{ :root {{ {_colours(1)} }} }}
body {{ font: 18px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 1.5rem auto; padding: 0 1rem;
  background: var(--page); color: var(--ink) }}
h1 {{ font-size: 1.5rem }} h2 {{ font-size: 1.15rem }}
section {{ border: 1px solid var(--line); border-radius: 8px; padding: .5rem 1rem 1rem; margin: 1rem 0 }}
button {{ font: inherit; min-height: 2rem; padding: .1rem .8rem; color: inherit; background: var(--panel);
  border: 1px solid var(--line); border-radius: 6px; cursor: pointer }}
button:focus-visible, input:focus-visible {{ outline: 3px solid var(--ink); outline-offset: 2px }}
ol {{ list-style: upper-alpha; padding-left: 2rem }} li {{ margin: .5rem 0 }}
label {{ display: block; padding: .3rem 0; cursor: pointer }}
.bar {{ display: block; height: .9rem; background: var(--data); border: 1px solid var(--line); min-width: 1px }}
.right {{ font-weight: 700 }} .said {{ color: var(--muted); min-height: 1.5em }}
.word {{ font-size: 1.6rem; font-weight: 700 }}
"""


def _page(title: str, body: Iterable[str], script: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main>{''.join(body)}</main><script>{script}</script></body></html>"
    )


BALLOT = """
const chosen = JSON.parse(localStorage.getItem(key) ?? '{}');
for (const field of document.querySelectorAll('fieldset')) {
    const said = field.querySelector('.said');
    if (field.id in chosen) field.querySelectorAll('input')[chosen[field.id]].checked = true;
    field.addEventListener('change', async event => {
        const option = Number(event.target.value), instead = chosen[field.id] ?? null;
        if (option === instead) return;
        try {
            const answer = await fetch('vote', {method: 'POST', headers: {'Content-Type': 'application/json'},
                body: JSON.stringify({question: field.id, option, instead})});
            said.textContent = answer.ok ? 'Counted. You can change it.' : await answer.text();
            if (!answer.ok) return;
            chosen[field.id] = option;
            localStorage.setItem(key, JSON.stringify(chosen));
        } catch { said.textContent = 'The vote did not get through: is the room still open?'; }
    });
}
"""


def ballot(lesson: str, title: str, questions: Iterable[Question], run: str) -> str:
    """Where one person votes. The browser remembers what it voted for in this `run` of the room, and nobody else."""
    body = [f"<h1>{escape(lesson)} · {escape(title)}</h1><p>What do you expect? Nobody sees what you chose.</p>"]
    for number, question in enumerate(questions, 1):
        options = "".join(
            f'<label><input type="radio" name="{question.id}" value="{place}"> {escape(option)}</label>'
            for place, option in enumerate(question.options)
        )
        body.append(
            f'<section><fieldset id="{question.id}" style="border: 0; padding: 0">'
            f"<legend><h2>{number}. {escape(question.question)}</h2></legend>{options}"
            '<p class="said" role="status"></p></fieldset></section>'
        )
    return _page(f"Predict: {title}", body, f"const key = {json.dumps('room ' + run)};{BALLOT}")


WALL = """
async function ask(path, question, more = {}) {
    const answer = await fetch(path, {method: 'POST', headers: {'Content-Type': 'application/json'},
        body: JSON.stringify({question, ...more})});
    return answer.ok ? answer.json() : Promise.reject(await answer.text());
}
for (const part of document.querySelectorAll('section')) {
    const rows = [...part.querySelectorAll('li')], total = part.querySelector('.total');
    let open = false;
    async function count() {
        const {counts} = await ask('counts', part.id), all = counts.reduce((a, b) => a + b, 0);
        total.textContent = `${all} ${all === 1 ? 'vote' : 'votes'}`;
        if (open) rows.forEach((row, i) => {
            row.querySelector('.bar').style.width = `${all ? 90 * counts[i] / all : 0}%`;
            row.querySelector('.count').textContent = ` ${counts[i]}`;
        });
    }
    part.querySelector('.show').addEventListener('click', () => { open = true; count(); });
    part.querySelector('.tell').addEventListener('click', async () => {
        const {right, because} = await ask('answer', part.id);
        rows[right].classList.add('right');
        part.querySelector('.said').textContent = `${'ABCDEFGH'[right]}. ${because}`;
    });
    rows.forEach((row, option) => row.querySelector('.one').addEventListener('click', async () => {
        await ask('vote', part.id, {option});
        count();
    }));
    setInterval(() => count().catch(() => total.textContent = 'The room is closed.'), 1000);
}
"""


def wall(lesson: str, title: str, questions: Iterable[Question], join: str, word: str) -> str:
    """What the class sees: the votes once the teacher shows them, the answer once the teacher tells it."""
    body = [
        f"<h1>{escape(lesson)} · {escape(title)}</h1>"
        f'<p>Vote at <b>{escape(join)}</b> with the word <span class="word">{escape(word)}</span></p>'
    ]
    for number, question in enumerate(questions, 1):
        options = "".join(
            f'<li>{escape(option)} <button class="one" aria-label="One more for option {"ABCDEFGH"[place]}">+1</button>'
            '<span class="count"></span><span class="bar" style="width: 0"></span></li>'
            for place, option in enumerate(question.options)
        )
        body.append(
            f'<section id="{question.id}"><h2>{number}. {escape(question.question)}</h2>'
            f'<p class="total">0 votes</p><ol>{options}</ol><button class="show">Show the votes</button> '
            '<button class="tell">Tell the answer</button><p class="said" role="status"></p></section>'
        )
    return _page(f"The wall: {title}", body, WALL)


def door(wrong: bool) -> str:
    """Where the word is asked for."""
    said = "<p>That is not the word on the wall.</p>" if wrong else ""
    form = (
        '<form method="get" action="/"><label for="word">The word on the wall</label>'
        '<input id="word" name="word" autocomplete="off" style="font: inherit"> <button>Come in</button></form>'
    )
    return _page("Join", [f"<h1>Join the room</h1>{said}{form}"], "")
