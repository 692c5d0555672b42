"""Score one unit: assess every line, settle the weights, round once a line, add up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from tasks.money import divide_half_up
from tasks.score.earned import Earned, Parts, shown_points
from tasks.score.methods import assess
from tasks.score.profile import Line, Method, Profile
from tasks.score.sheet import LineState, ScoreLine, ScoreSheet
from tasks.score.targets import assess_targets
from tasks.value_names import Values


def score(values: Values, profile: Profile) -> ScoreSheet:
    """Score one unit's values (see `tasks/values.py`). Depends on nothing else and changes nothing.

    Weights and scores are hundredths of a point; the weights add up to 100 points, the total is the sum of
    the lines. A line whose inputs are missing has no score.

    Raises ProfileError when the profile is not for the year of the values.
    """
    profile.require_year(values["year"])
    found = {
        line.id: assess_targets(line, values, profile)
        if line.method is Method.TARGETS
        else assess(line, values)
        for line in profile.lines
    }
    weights = _weights(profile, found)
    lines: list[ScoreLine] = []
    notes: list[str] = []
    for line in profile.lines:
        earned = found[line.id]
        if isinstance(earned, Parts):
            notes += earned.notes
            lines += _shared(line, earned, weights[line.id])
        else:
            lines.append(_score_line(line, line.level2, line.name, earned, weights[line.id], profile))
    return ScoreSheet(values["profile"]["code"], values["year"], profile, tuple(lines), tuple(notes))


def _weights(profile: Profile, found: Mapping[str, Earned | Parts]) -> dict[str, int]:
    """The weight of each line after those left out have passed theirs on."""
    weights = dict.fromkeys(profile.line_by_id, 0)
    for line in profile.lines:
        weights[_heir(line, profile, found).id] += line.weight
    return weights


def _heir(line: Line, profile: Profile, found: Mapping[str, Earned | Parts]) -> Line:
    while _is_left_out(found[line.id]):
        line = profile.line_by_id[line.moves_to]
    return line


def _is_left_out(earned: Earned | Parts) -> bool:
    return isinstance(earned, Earned) and bool(earned.left_out)


def _shared(line: Line, parts: Parts, weight: int) -> Iterator[ScoreLine]:
    """One score line for each target; their weights add up to the line's."""
    for part, own in zip(parts.parts, apportion(weight, [p.part for p in parts.parts]), strict=True):
        yield _score_line(line, part.level2, part.name, part.earned, own, None)


def _score_line(
    line: Line, level2: str, name: str, earned: Earned, weight: int, profile: Profile | None
) -> ScoreLine:
    points: int | None = None
    state, reason, note = LineState.SCORED, "", earned.note
    if earned.left_out and profile is not None:
        points, state = 0, LineState.LEFT_OUT
        heir = profile.line_by_id[line.moves_to].name
        note = f"不参评：{earned.left_out}，分值{shown_points(line.weight)}分移至“{heir}”"
    elif earned.share is None:
        state = LineState.UNEXPLAINED if earned.is_unexplained else LineState.MISSING
    else:
        exact = earned.share * weight
        points = divide_half_up(exact.numerator, exact.denominator)
        if points < weight:
            reason = f"{earned.why}，扣{shown_points(weight - points)}分"
    return ScoreLine(
        line.id,
        line.level1,
        level2,
        name,
        earned.target,
        earned.actual,
        weight,
        points,
        state,
        reason,
        earned.missing,
        note,
        earned.deviation,
        earned.basis,
    )


def apportion(weight: int, parts: Iterable[Fraction]) -> list[int]:
    """Split a weight into whole hundredths by parts that add up to 1: what is over goes to the largest rests.

    Equal rests are served in the order of the parts.
    """
    exact = [weight * part for part in parts]
    whole = [one.numerator // one.denominator for one in exact]
    by_rest = sorted(range(len(exact)), key=lambda at: whole[at] - exact[at])
    for at in by_rest[: weight - sum(whole)]:
        whole[at] += 1
    return whole
