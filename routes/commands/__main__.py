"""The door of the command line: names every command, opens only the one that is asked for.

A new command takes one line in `COMMANDS` and a small file beside this one.
"""

import importlib
import sys
from typing import Any, NamedTuple, NoReturn

import click


class Entry(NamedTuple):
    """Where a command lives (`module:function`) and what the list of commands says about it."""

    place: str
    vi: str
    en: str


COMMANDS = {
    "demo": Entry("demo:demo", "dựng tỉnh mẫu và mở ứng dụng", "build a sample province, serve it"),
    "serve": Entry("serving:serve", "mở ứng dụng cho trình duyệt", "serve the application"),
    "setup": Entry(
        "setup:setup", "lập tỉnh và quản trị viên đầu tiên", "set up the province, first of all"
    ),
    "import-points": Entry(
        "setup:import_points", "nhập danh sách điểm phục vụ", "import the list of service points"
    ),
    "import-agencies": Entry(
        "setup:import_agencies", "nhập danh sách cơ quan", "import the list of agencies"
    ),
    "import-calendar": Entry(
        "promises:import_calendar", "nhập lịch làm việc của năm", "import a year's working days"
    ),
    "import-standards": Entry(
        "promises:import_standards", "nhập thời hạn toàn trình", "import transit standards"
    ),
    "tariff": Entry("tariff:tariff", "nhập bảng giá cước", "import the tariff"),
    "labels": Entry("labels:labels", "in nhãn hàng loạt", "print labels in bulk"),
    "printers": Entry(
        "printers:point_printers_command", "máy in của các điểm", "printers of the points"
    ),
    "month": Entry("month:month", "tổng hợp một kỳ", "reckon a period"),
    "scans": Entry("scans:scans", "nhập lượt quét từ tệp", "take in scans from a file"),
    "bench": Entry("bench:bench", "đo tốc độ", "measure speed"),
    "balance": Entry("balance:balance", "số dư bưu gửi của một nơi giữ", "what a holder has"),
    "verify": Entry("ledger:verify", "kiểm tra sổ cái", "check that the ledger was not touched"),
    "checkpoint": Entry(
        "checkpoints:checkpoint", "niêm sổ cái và in mã niêm", "sign what the ledger is now"
    ),
    "rotate-key": Entry(
        "checkpoints:rotate_key", "thay khóa ký niêm sổ cái", "let a new key sign the ledger"
    ),
    "export-ledger": Entry(
        "export_ledger:export_ledger",
        "xuất sổ cái cho kiểm toán viên bên ngoài",
        "write the ledger out for an outside auditor",
    ),
    "rebuild": Entry(
        "rebuild:rebuild", "dựng lại trạng thái lưu từ sổ cái", "rebuild the kept states"
    ),
    "drill": Entry(
        "drill:drill", "diễn tập: cố ý phá rồi kiểm tra", "drills: break something, see it told"
    ),
    "erase": Entry(
        "erase:erase", "xóa dữ liệu cá nhân hết thời hạn", "erase people's data past their term"
    ),
    "migrate": Entry("shape:migrate", "nâng cấp cấu trúc dữ liệu", "bring the archive up to date"),
    "import-procedures": Entry(
        "catalogue:import_procedures", "nhập danh mục thủ tục", "import a list of procedures"
    ),
    "procedure-template": Entry(
        "catalogue:procedure_template",
        "ghi tệp Excel mẫu của danh mục",
        "write an empty workbook for a list",
    ),
    "revision": Entry(
        "shape:revision", "viết bản nháp thay đổi cấu trúc", "draft a change of the tables"
    ),
}


class Door(click.Group):
    """A group that imports a command's file only when that command is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's name
        """Give the names in the order in which they are told."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and give the named command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name].place.partition(":")
        found: click.Command = getattr(
            importlib.import_module(f"routes.commands.{module}"), function
        )
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands from the table, without importing any."""
        with formatter.section("Lệnh / Commands"):
            formatter.write_dl([(name, f"{it.vi} / {it.en}") for name, it in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what a person can mend is told in one sentence, in two languages."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            _tell(error)
            raise


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Hồ sơ hành chính qua bưu chính công ích.

    Administrative dossiers by the public post.
    """


def _tell(error: Exception) -> None:
    """End with the error's sentence when it carries one; give way to any other error."""
    said = getattr(error, "said", error)
    vi, en = getattr(said, "vi", None), getattr(said, "en", None)
    if isinstance(vi, str) and isinstance(en, str):
        _end(vi, en)


def _end(vi: str, en: str) -> NoReturn:
    click.echo(f"{vi}\n{en}", err=True)
    sys.exit(2)


if __name__ == "__main__":
    main(prog_name="postal")
