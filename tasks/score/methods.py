"""How a value becomes a part of the weight: in proportion, by bands, by deduction, by a checklist."""

from __future__ import annotations

from fractions import Fraction

from expectations.indicators import INDICATOR_BY_CODE
from tasks.indicator_table import missing_inputs
from tasks.score.earned import Basis, Earned, ShareRule, shown_number, shown_percent, shown_points
from tasks.score.measure import measure, standard
from tasks.score.profile import Band, Better, Line, Method
from tasks.value_names import Values, quantity_label

_HUNDRED = Fraction(100)


def assess(line: Line, values: Values) -> Earned:
    """Assess a line that is scored by an indicator or by a checklist."""
    if line.method is Method.CHECKLIST:
        return _by_checklist(line, values)
    measured = measure(line, values)
    if isinstance(measured, Earned):
        return measured
    share, why = _RULES[line.method](line, measured.value)
    basis = Basis(ShareRule.LINE, Fraction(measured.figure), Fraction(measured.base))
    return Earned(share, standard(line), measured.shown, why, note=measured.note, basis=basis)


def proportional(line: Line, value: Fraction) -> tuple[Fraction, str]:
    """Part of the weight as the value is of 100 %."""
    share = min(max(value / _HUNDRED, Fraction(0)), Fraction(1))
    return share, f"{line.name}{shown_percent(value)}，低于100%，按比例计分"


def by_bands(line: Line, value: Fraction) -> tuple[Fraction, str]:
    """Points by the band of the value; a boundary belongs to the better of its two bands."""
    band = next(band for band in line.bands if _holds(band, value, line.better))
    where = [f"{sign}{shown_number(limit)}%" for sign, limit in _ends(band, line.better) if limit is not None]
    return Fraction(band.points, line.weight), f"{line.name}{shown_percent(value)}，在{'且'.join(where)}一档"


def by_deduction(line: Line, value: Fraction) -> tuple[Fraction, str]:
    """Points off for every percentage point above the limit, down to the floor."""
    over = max(value - line.free_up_to, Fraction(0))
    counted = over if line.is_pro_rata else Fraction(over.numerator // over.denominator)
    points = max(Fraction(line.weight) - counted * line.points, Fraction(line.floor))
    excess = shown_percent(over).removesuffix("%")
    why = (
        f"{line.name}{shown_percent(value)}，比{shown_number(line.free_up_to)}%高出{excess}个百分点，"
        f"每超过1个百分点扣{shown_points(line.points)}分"
    )
    return points / line.weight, why


def _by_checklist(line: Line, values: Values) -> Earned:
    indicator = INDICATOR_BY_CODE[line.indicator]
    answers = {name: values["sums"][name] for name in indicator.inputs}
    if unknown := [name for name, met in answers.items() if met is None]:
        return Earned(target=standard(line), missing=tuple(missing_inputs(indicator, unknown)))
    failed = [quantity_label(name) for name, met in answers.items() if not met]
    each = line.points or Fraction(line.weight, len(answers))
    points = max(line.weight - len(failed) * each, Fraction(0))
    actual = f"{len(answers) - len(failed)}/{len(answers)}项符合"
    why = f"不符合：{'、'.join(failed)}，每项扣{shown_points(each)}分"
    basis = Basis(ShareRule.LINE, Fraction(len(answers) - len(failed)), Fraction(len(answers)))
    return Earned(points / line.weight, standard(line), actual, why, basis=basis)


def _holds(band: Band, value: Fraction, better: Better) -> bool:
    if better is Better.HIGHER:
        return (band.low is None or band.low <= value) and (band.high is None or value < band.high)
    return (band.low is None or band.low < value) and (band.high is None or value <= band.high)


def _ends(band: Band, better: Better) -> tuple[tuple[str, Fraction | None], tuple[str, Fraction | None]]:
    if better is Better.HIGHER:
        return ("不低于", band.low), ("低于", band.high)
    return ("高于", band.low), ("不高于", band.high)


_RULES = {Method.PROPORTIONAL: proportional, Method.BANDS: by_bands, Method.DEDUCT: by_deduction}
