"""The audit's weekly report as the text of a mail. Pure."""

from schemas.report import AuditReport


def sums(report: AuditReport) -> str:
    """In one line."""
    new, closed = report.total("new"), report.total("closed")
    return f"{report.total('count')} findings, {new} new, {closed} mended"


def text(report: AuditReport, url: str) -> list[str]:
    """Its lines."""
    since = f" since {report.since}" if report.since else ""
    lines = [f"What the audit found until {report.day}: {sums(report)}{since}.", ""]
    for one in report.rules:
        moved = ", ".join(f"{n} {word}" for n, word in ((one.new, "new"), (one.closed, "mended")) if n)
        moved = moved if one.compared or not report.since else "what of it is new is not known"
        lines.append(f"- {one.severity}: {one.title}: {one.count}{f' ({moved})' if moved else ''}")
    if report.worst:
        lines += ["", "Products with most of it:"]
        lines += [f"- {one.sku} {one.name}: {one.findings}, {one.errors} of them errors" for one in report.worst]
    if report.people:
        lines += ["", "Who looks after what:"]
        lines += [f"- {name}: {number}" for name, number in report.people.items()]
    return [*lines, "", *([url] if url else []), "You get this because PACKSHOT_AUDIT_REPORT_TO names you."]
