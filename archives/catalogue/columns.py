"""The customary columns of volume lists (案卷目录) and contents lists (卷内目录), with every heading met in practice.

What is exported under these headings is read back under them. Sources: hand-over lists of city archives and the
column names of GB/T 50328; an alias is a fact, not a rule.
"""

from archives.core.language import msg
from archives.core.sheets.columns import Column

UNIT = Column(
    "unit",
    msg("Unit works"),
    ("单位工程", "单位工程名称", "单位工程编号", "单位工程代码", "单体工程", "单体工程名称", "单体名称", "单体"),
    width=18,
    note=msg("Name or code of the unit works; may be left out where the project has only one."),
)
SECRECY = Column("secrecy", msg("Secrecy"), ("密级", "保密级别", "保密等级"), width=8)
RETENTION = Column("retention", msg("Retention period"), ("保管期限", "保管期", "期限"), width=10)
MEDIUM = Column("medium", msg("Medium"), ("载体", "载体类型", "介质", "介质类型"), width=10)
NOTE = Column("note", msg("Note"), ("备注", "附注", "备考", "说明"), width=20)
KEYWORDS = Column("keywords", msg("Subject terms"), ("主题词", "关键词"), width=16)
ABSTRACT = Column("abstract", msg("Abstract"), ("提要", "内容提要", "摘要"), width=20)

VOLUME_COLUMNS: tuple[Column, ...] = (
    UNIT,
    Column(
        "volume_no",
        msg("Volume number"),
        ("案卷号", "案卷序号", "案卷编号", "案卷顺序号", "卷号", "卷序号", "序号", "顺序号"),
        required=True,
        width=10,
        note=msg("One number for each volume; it may begin again in each unit works."),
    ),
    Column("class_code", msg("Class"), ("分类号", "类号", "分类", "类别", "分类代码"), width=10),
    Column(
        "title",
        msg("Volume title"),
        ("案卷题名", "案卷标题", "案卷名称", "卷名", "题名", "标题"),
        required=True,
        width=48,
    ),
    Column(
        "text_pages",
        msg("Text pages"),
        ("文字页", "文字页数", "文字", "文字材料", "文字材料页", "文字材料页数", "页数", "总页数"),
        kind="integer",
        width=8,
    ),
    Column(
        "drawing_sheets",
        msg("Drawing sheets"),
        ("图纸张", "图纸张数", "图纸", "图样", "图样材料", "图样张数", "张数"),
        kind="integer",
        width=8,
    ),
    Column(
        "other_count", msg("Other"), ("其他", "其它", "其他件", "照片", "照片张", "照片张数"), kind="integer", width=8
    ),
    Column("compiled_by", msg("Compiled by"), ("编制单位", "立卷单位", "责任者", "移交单位"), width=24),
    Column("compiled_on", msg("Compiled on"), ("编制日期", "编制时间", "立卷日期", "立卷时间"), kind="date", width=12),
    Column(
        "start_date",
        msg("First date"),
        ("起始日期", "起始时间", "开始日期", "起日期", "起止日期起", "起止日期起始", "起止时间起", "卷内文件起始时间"),
        kind="date",
        width=12,
    ),
    Column(
        "end_date",
        msg("Last date"),
        (
            "终止日期",
            "终止时间",
            "截止日期",
            "结束日期",
            "止日期",
            "起止日期止",
            "起止日期终止",
            "起止时间止",
            "卷内文件终止时间",
        ),
        kind="date",
        width=12,
    ),
    Column(
        "period",
        msg("Dates from and to"),
        ("起止日期", "起止时间", "起止年月", "起讫日期", "起讫时间", "卷内文件起止日期", "卷内文件起止时间"),
        width=22,
    ),
    RETENTION,
    SECRECY,
    MEDIUM,
    KEYWORDS,
    ABSTRACT,
    Column("filed_by", msg("Filed by"), ("立卷人",), width=10),
    Column("checked_by", msg("Checked by"), ("审核人", "检查人"), width=10),
    NOTE,
    Column("archival_code", msg("Archival code"), ("档号", "案卷档号"), width=18),
    Column("accession_no", msg("Accession number"), ("总登记号",), width=14),
)

ITEM_COLUMNS: tuple[Column, ...] = (
    UNIT,
    Column(
        "volume_no",
        msg("Volume number"),
        ("案卷号", "案卷序号", "案卷编号", "案卷顺序号", "所属案卷", "所属案卷号", "卷号", "卷序号"),
        width=10,
        note=msg("The volume that the item is in, as it stands in the list of volumes."),
    ),
    Column(
        "sequence",
        msg("Sequence number"),
        ("序号", "顺序号", "卷内序号", "文件序号", "件号"),
        kind="integer",
        width=8,
    ),
    Column(
        "document_no",
        msg("Document number"),
        ("文件编号", "文号", "文图号", "文件图号", "文件号", "图号", "图纸编号", "文图编号", "编号"),
        width=18,
    ),
    Column(
        "responsible",
        msg("Responsible body"),
        ("责任者", "责任人", "责任单位", "文件责任者", "形成单位", "编制单位"),
        width=24,
    ),
    Column(
        "title",
        msg("Item title"),
        (
            "文件题名",
            "文件标题",
            "文件名称",
            "文件材料题名",
            "文件材料名称",
            "材料名称",
            "图名",
            "图纸名称",
            "题名",
            "标题",
        ),
        required=True,
        width=48,
    ),
    Column(
        "formed_on",
        msg("Formed on"),
        ("日期", "文件日期", "形成日期", "形成时间", "文件形成时间", "成文日期", "编制日期", "时间"),
        kind="date",
        width=12,
    ),
    Column(
        "pages",
        msg("Pages"),
        ("页次", "页号", "页码", "起止页", "起止页次", "起止页号", "起止页码", "所在页次", "所在页号"),
        width=10,
        note=msg("The page it begins on; for the last item of a volume, first and last page as 12-15."),
    ),
    Column(
        "page_from",
        msg("First page"),
        ("起始页", "起页", "起始页号", "起始页码", "起始页次", "首页号", "首页", "页次起", "起止页起"),
        kind="integer",
        width=8,
    ),
    Column(
        "page_to",
        msg("Last page"),
        ("终止页", "止页", "终止页号", "终止页码", "终止页次", "结束页", "末页号", "末页", "页次止", "起止页止"),
        kind="integer",
        width=8,
    ),
    Column("quantity", msg("Quantity"), ("数量", "份数", "页数", "张数"), kind="integer", width=8),
    Column("scope_code", msg("Filing scope"), ("归档范围", "归档类目", "归档编码"), width=12),
    Column("draft_state", msg("Version"), ("文本", "稿本", "原件复印件", "原件或复印件", "文件状态"), width=10),
    Column("document_type", msg("Document type"), ("文种", "文件类型"), width=10),
    RETENTION,
    SECRECY,
    MEDIUM,
    Column("specification", msg("Specification"), ("规格", "图幅", "Format"), width=10),
    KEYWORDS,
    ABSTRACT,
    NOTE,
    Column("archival_code", msg("Archival code"), ("档号", "案卷档号", "文件档号"), width=18),
)

# In a template one column says it once: the dates and the pages apart, no code that the archives assign.
_NOT_IN_TEMPLATES = frozenset({"period", "pages", "archival_code", "accession_no"})
TEMPLATE_VOLUME_COLUMNS = tuple(column for column in VOLUME_COLUMNS if column.key not in _NOT_IN_TEMPLATES)
TEMPLATE_ITEM_COLUMNS = tuple(column for column in ITEM_COLUMNS if column.key not in _NOT_IN_TEMPLATES)
