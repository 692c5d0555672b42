"""What the unit owns: assets, allocations, disposals, vehicles."""

from expectations.contract.model import Choice, Column, Layout, Table, Type, Unit

ASSET_ITEMS = (
    Choice("total", "资产总额", aliases=("资产合计", "资产原值总额")),
    Choice("fixed", "其中：固定资产", aliases=("固定资产",), required=False),
    Choice("intangible", "其中：无形资产", aliases=("无形资产",), required=False),
)

ASSETS = Table(
    name="assets",
    label="资产情况",
    layout=Layout.LIST,
    meaning="资产原值的年初、增减、年末和在用数",
    key=("item",),
    fixed_by="item",
    columns=(
        Column("item", "资产类别", Type.CHOICE, "固定行，不要改名", required=True, choices=ASSET_ITEMS),
        Column("opening", "年初原值", Type.AMOUNT, "上年末资产原值", Unit.YUAN),
        Column("increase", "本年增加", Type.AMOUNT, "本年增加的原值", Unit.YUAN),
        Column("decrease", "本年减少", Type.AMOUNT, "本年减少的原值", Unit.YUAN),
        Column("closing", "年末原值", Type.AMOUNT, "年初原值＋本年增加－本年减少", Unit.YUAN),
        Column("in_use", "其中：在用原值", Type.AMOUNT, "年末实际在用的原值", Unit.YUAN),
    ),
)

ALLOCATION_ROWS = (Choice("item", "明细"), Choice("total", "合计"))

ALLOCATIONS = Table(
    name="allocations",
    label="资产配置",
    layout=Layout.LIST,
    meaning="每类办公资产一行，最后一行为合计",
    optional=True,
    columns=(
        Column("row_kind", "行别", Type.CHOICE, "明细或合计", required=True, choices=ALLOCATION_ROWS),
        Column("item", "资产名称", Type.TEXT, "如办公桌（含椅）；合计行留空"),
        Column("approved_count", "批复数量", Type.COUNT, "配置批复的数量", Unit.PIECE),
        Column("approved_amount", "批复金额", Type.AMOUNT, "配置批复的金额", Unit.YUAN),
        Column("bought_count", "购置数量", Type.COUNT, "实际购置的数量", Unit.PIECE),
        Column("bought_amount", "购置金额", Type.AMOUNT, "实际购置的金额", Unit.YUAN),
    ),
)

DISPOSAL_WAYS = (
    Choice("scrapped", "报废"),
    Choice("transferred", "划拨", aliases=("无偿划转", "调拨")),
    Choice("sold", "出售", aliases=("转让", "拍卖")),
    Choice("lost", "报损"),
    Choice("reform", "公车改革处置"),
)

DISPOSALS = Table(
    name="disposals",
    label="资产处置",
    layout=Layout.LIST,
    meaning="每批处置的资产一行",
    optional=True,
    columns=(
        Column("item", "资产名称", Type.TEXT, "处置的资产", required=True),
        Column("count", "数量", Type.COUNT, "处置数量", Unit.PIECE),
        Column("way", "处置方式", Type.CHOICE, "处置方式", choices=DISPOSAL_WAYS, required=True),
        Column("original_value", "原值", Type.AMOUNT, "账面原值（名义金额按1元/件）", Unit.YUAN),
        Column("income", "处置收益", Type.AMOUNT, "处置取得的收入", Unit.YUAN),
        Column("is_remitted", "收益是否上缴国库", Type.FLAG, "有处置收益时填写"),
        Column("note", "说明", Type.TEXT, "批复、去向等需要说明的情况"),
    ),
)

VEHICLES = Table(
    name="vehicles",
    label="公务用车",
    layout=Layout.FORM,
    meaning="公务用车数量的年初、增减和年末",
    optional=True,
    columns=(
        Column("opening", "年初数量", Type.COUNT, "年初公务用车保有量", Unit.VEHICLE),
        Column("transferred_in", "本年调入", Type.COUNT, "其他单位调拨转入", Unit.VEHICLE),
        Column("bought", "本年购置", Type.COUNT, "新购置", Unit.VEHICLE),
        Column("disposed", "本年减少", Type.COUNT, "报废、调出等", Unit.VEHICLE),
        Column("closing", "年末数量", Type.COUNT, "年末公务用车保有量", Unit.VEHICLE),
    ),
)

BUILDINGS = Table(
    name="buildings",
    label="楼堂馆所",
    layout=Layout.LIST,
    meaning="本年完工的楼堂馆所项目，每个一行；没有的不填",
    key=("name",),
    optional=True,
    can_be_absent=True,
    columns=(
        Column("name", "项目名称", Type.TEXT, "楼堂馆所项目的名称", required=True),
        Column("approved_area", "批复规模", Type.NUMBER, "批复的建筑面积", Unit.SQUARE_METRE),
        Column("actual_area", "实际规模", Type.NUMBER, "竣工的建筑面积", Unit.SQUARE_METRE),
        Column("budget", "预算投资", Type.AMOUNT, "批复的投资概算", Unit.YUAN),
        Column("final", "实际投资", Type.AMOUNT, "竣工决算的投资", Unit.YUAN),
    ),
)
