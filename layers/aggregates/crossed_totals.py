"""Small groups of a table of two keys that the totals of rows and columns would give away, and what hides them.

Cells that are suppressed are edges between a row and a column. Those on a cycle may all be otherwise: what one holds
more, the next holds less. One on no cycle is what is left of the totals. The cheapest cycle of cells that have rows is
suppressed for each small one that has none (Hundepool et al., Handbook on Statistical Disclosure Control, 4.2.2). Where
there is no cycle, the totals alone tell the cell, whatever the table says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from heapq import heappop, heappush

Node = tuple[int, Hashable]
# Cells of the table by what they join: (place, node at the other end).
Graph = Mapping[Node, Sequence[tuple[int, Node]]]
# Searches of a cycle in one table; where more are needed, every cell of it is suppressed.
MOST_SEARCHES = 400


def hiding_cells(
    counts: Sequence[int], keys: Sequence[Sequence[Hashable]], taken: set[int], smallest: int
) -> set[int]:
    """Return the cells to suppress beside those ``taken``, so that each small one is on a cycle if it can be."""
    whole = _graph(keys, [place for place, count in enumerate(counts) if count])
    added: set[int] = set()
    exposed = [place for place in _bridges(_graph(keys, sorted(taken))) if counts[place] < smallest]
    safe: set[int] = set()
    for searches, place in enumerate(sorted(exposed)):
        if searches >= MOST_SEARCHES:
            return {place for place, count in enumerate(counts) if count} - taken
        if place not in safe:
            cycle = _cheapest(whole, counts, taken | added, keys[place], place)
            safe |= {place, *cycle}
            added |= set(cycle) - taken
    return added


def _ends(values: Sequence[Hashable]) -> tuple[Node, Node]:
    return (0, values[0]), (1, values[1])


def _graph(keys: Sequence[Sequence[Hashable]], places: Sequence[int]) -> Graph:
    found: dict[Node, list[tuple[int, Node]]] = defaultdict(list)
    for place in places:
        row, column = _ends(keys[place])
        found[row].append((place, column))
        found[column].append((place, row))
    return found


def _bridges(graph: Graph) -> Iterator[int]:
    """Yield the cells that are on no cycle, by depth first search (Tarjan, 1974)."""
    order: dict[Node, int] = {}
    for root in graph:
        if root not in order:
            yield from _bridges_from(graph, root, order)


def _bridges_from(graph: Graph, root: Node, order: dict[Node, int]) -> Iterator[int]:
    """Yield those of the part of a graph that holds ``root``; ``order`` is in which nodes were reached."""
    order[root] = len(order)
    low = {root: order[root]}
    path = [(root, -1, iter(graph[root]))]
    while path:
        node, by, edges = path[-1]
        place, other = next(((place, other) for place, other in edges if place != by), (-1, root))
        if place < 0:
            path.pop()
            parent = path[-1][0] if path else node
            low[parent] = min(low[parent], low[node])
            if low[node] > order[parent]:
                yield by
        elif other in order:
            low[node] = min(low[node], order[other])
        else:
            order[other] = low[other] = len(order)
            path.append((other, place, iter(graph[other])))


def _cheapest(
    graph: Graph, counts: Sequence[int], taken: set[int], values: Sequence[Hashable], avoided: int
) -> list[int]:
    """Return the other cells of the cycle through a cell that suppresses the fewest rows more; none without a cycle."""
    start, goal = _ends(values)
    reached: dict[Node, tuple[Node, int]] = {}
    waiting: list[tuple[int, int, Node, Node, int]] = [(0, 0, start, start, avoided)]
    pushed = 0
    while waiting:
        cost, _order, node, before, by = heappop(waiting)
        if node in reached:
            continue
        reached[node] = (before, by)
        if node == goal:
            return _path(reached, start, goal)
        for place, other in graph[node]:
            if place != avoided and other not in reached:
                pushed += 1
                heappush(
                    waiting, (cost + (0 if place in taken else counts[place]), pushed, other, node, place)
                )
    return []


def _path(reached: Mapping[Node, tuple[Node, int]], start: Node, goal: Node) -> list[int]:
    cells = []
    while goal != start:
        goal, place = reached[goal]
        cells.append(place)
    return cells
