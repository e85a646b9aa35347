using System.Globalization;
using System.Net;
using System.Text;

namespace Exchange.Adapter.Doctor;

/// <summary>
/// What a supervising body asks of an agency, as a page to print: are the systems that matter apart from the Internet, and
/// are the measures in place, and by when? What was found answers as far as it can; the dates are for people to fill in.
/// </summary>
static class PrintedReport
{
    static readonly TimeSpan japan = TimeSpan.FromHours(9);

    public static string Write(string agency, IReadOnlyList<Diagnosis> found, DateTimeOffset now)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $$"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>{{Text(agency)}}: state of the adapter</title><style>
            body { font: 11pt/1.45 system-ui, sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em; color: #111 }
            table { border-collapse: collapse; width: 100%; margin: .6em 0 1.4em } th, td { border: 1px solid #999; padding: .35em .5em; text-align: left; vertical-align: top }
            th { background: #eee } .date { width: 8em } h2 { margin-top: 1.6em } .bad { font-weight: bold }
            @media print { body { margin: 0; max-width: none } tr { page-break-inside: avoid } }
            </style></head><body>
            <h1>{{Text(agency)}}: state of the adapter</h1>
            <p>Found by <code>doctor</code> of {{Text(AdapterSoftware.Name)}} on {{now.ToOffset(japan):yyyy-MM-dd HH:mm zzz}}. It tells what can be seen from the machine of the adapter; what cannot is marked so.</p>

            """);
        Section(page, "1. Are the systems with residents' data separated from the Internet? (基幹系システムは分離されているか)", [.. found.Where(one => one.Concern == Concern.Separation)]);
        Section(page, "2. Are the measures in place, and if not, by when? (安全管理措置は講じられているか、未了のものはいつまでか)", [.. found.Where(one => one.Concern == Concern.Measures)]);
        Section(page, "Annex: does it work?", [.. found.Where(one => one.Concern == Concern.Working)]);
        page.Append("""
            <h2>Signed</h2><table><tr><th>Date</th><td></td><th>Name and office</th><td></td></tr></table>
            </body></html>

            """);
        return page.ToString();
    }

    static void Section(StringBuilder page, string title, IReadOnlyList<Diagnosis> found)
    {
        var open = found.Count(one => one.Mark is Mark.Bad or Mark.Look);
        var unknown = found.Count(one => one.Mark is Mark.Unknown);
        var verdict = open > 0 ? $"Not in every point: {open} of {found.Count} need to be looked at." : unknown > 0 ? $"As far as it could be seen; {unknown} could not." : "Yes, in every point that was looked at.";
        page.Append(CultureInfo.InvariantCulture, $"<h2>{Text(title)}</h2><p>{verdict}</p><table><tr><th></th><th>What was found</th><th>What is to be done</th><th class=\"date\">By when, by whom</th></tr>\n");
        foreach (var one in found)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td{(one.Mark == Mark.Bad ? " class=\"bad\"" : "")}>{Word(one.Mark)}</td><td>{Text(one.Says)}</td><td>{Text(one.Do)}</td><td></td></tr>\n");
        page.Append("</table>\n");
    }

    public static string Word(Mark mark) => mark switch { Mark.Good => "good", Mark.Look => "look", Mark.Bad => "bad", _ => "not seen" };

    static string Text(string text) => WebUtility.HtmlEncode(text);
}
