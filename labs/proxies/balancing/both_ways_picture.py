"""The first picture of lesson 13: a forward proxy stands before clients, a reverse proxy before servers."""

from __future__ import annotations

from labs.kit.picture.scene import Scene


def draw_both_ways() -> Scene:
    """One request by way of each of the two, and who knows whom."""
    scene = Scene(560, 250, end=10, settle=0.5, title="Two proxies, two directions")
    for row, (name, y) in enumerate((("forward proxy", 34), ("reverse proxy", 158))):
        scene.text(f"title{row}", 8, y - 12, name, size=14, weight="bold")
        clients, servers = (("c1", "c2"), ("site",)) if row == 0 else (("client",), ("a", "b"))
        middle = 190 if row == 0 else 380
        for i in range(2):
            left, right = y + 15 + (36 * i if row == 0 else 18), y + 15 + (36 * i if row else 18)
            scene.line(f"left{row}{i}", 78, left, middle, y + 33, stroke="faint")
            scene.line(f"right{row}{i}", middle, y + 33, 482, right, stroke="faint")
        for i, client in enumerate(clients):
            scene.box(f"{client}-{row}", 8, y + (36 * i if row == 0 else 18), 70, 30, label=client)
        for i, server in enumerate(servers):
            scene.box(f"{server}-{row}", 482, y + (36 * i if row else 18), 70, 30, label=server)
        scene.box(f"proxy{row}", 150 if row == 0 else 340, y + 12, 80, 42, label="proxy", stroke="ink", weight="bold")
        wall = 262 if row == 0 else 308
        scene.line(f"wall{row}", wall, y - 6, wall, y + 72, stroke="muted", dash="5 4", width=1.6)
        scene.text(f"side{row}", wall + (6 if row == 0 else -6), y + 82, "the internet", size=12, ink="muted",
                   align="start" if row == 0 else "end")  # fmt: skip
    told = [
        (0.5, "c1-0", "proxy0", "A forward proxy acts for clients: c1 is configured to use it.", True),
        (2.0, "proxy0", "site-0", "The site sees only the proxy's address.", False),
        (3.2, "site-0", "proxy0", "The answer takes the same way back.", False),
        (4.2, "proxy0", "c1-0", "", False),
        (5.5, "client-1", "proxy1", "A reverse proxy acts for servers: the client takes it for the site itself.", True),
        (6.8, "proxy1", "b-1", "The proxy picks a server. The client does not learn which, or of how many.", True),
        (8.0, "b-1", "proxy1", "The answer takes the same way back.", False),
        (9.0, "proxy1", "client-1", "", False),
    ]
    for t, start, goal, caption, still in told:
        scene.send(t, start, goal, over=0.8)
        if caption:
            scene.say(t, caption, still=still)
    return scene
