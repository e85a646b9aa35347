using Exchange.Adapter.Answering;
using Exchange.Adapter.Calling;
using Exchange.Adapter.Commands.Files;
using Exchange.Adapter.Commands.Lists;
using Exchange.Adapter.LocalApi;
using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Sources.Mapping;
using Exchange.Hosting.Calendar;
using Exchange.Hosting.Configuration;
using Exchange.Protocol.DataSets;
using Google.Protobuf;

namespace Exchange.Adapter.Commands.Asking;

/// <summary>A line of a file of questions.</summary>
/// <param name="Question">Null when nobody is asked about it.</param>
sealed record QuestionLine(int Number, IReadOnlyList<string> Cells, PersonQuestion? Question, string? Mistake) : FileLine(Number, Cells, Mistake);

/// <summary>
/// A file of questions: CSV with a column <c>person</c> and, where they differ from line to line, <c>provider</c>, <c>case</c>,
/// <c>consent</c> with <c>consented_on</c>, <c>born</c> and <c>kana</c> of whoever is meant, and the fields of the question. It is read to its end before anybody is asked about; a bad line costs itself alone.
/// </summary>
static class QuestionFile
{
    const string Person = "person", Provider = "provider", Case = "case", Consent = "consent", ConsentedOn = "consented_on", Born = "born", Kana = "kana";

    /// <summary>More are several files.</summary>
    const int MostLines = 100_000;

    /// <summary>Of <see cref="FileLine.Cells"/>.</summary>
    public static IEnumerable<string> Columns(DataSetContract dataSet) => [Person, Provider, .. dataSet.Question.Fields.InDeclarationOrder().Select(one => one.Name), "task", "data_set"];

    /// <param name="otherwise">What holds where the file has no column for it.</param>
    /// <exception cref="ListException">The file as a whole is no such file; every mistake of its header is told.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<QuestionLine> Read(string path, CsvFormat format, PersonQuestion otherwise)
    {
        CsvTable table;
        try
        {
            table = new CsvTable(path, format);
        }
        catch (CsvException e)
        {
            throw new ListException($"{path}: {e.Message} (here: --encoding)");
        }
        var fields = otherwise.DataSet.Question.Fields.InDeclarationOrder().Select(one => one.Name).ToList();
        var mistakes = Mistakes(table.Header, fields, otherwise.DataSet).ToList();
        if (mistakes.Count > 0)
            throw new ListException(string.Join(Environment.NewLine, mistakes.Select(mistake => $"{path}, line 1: {mistake}")));
        var columns = table.Header.Index().Where(one => one.Item.Length > 0).ToDictionary(one => one.Item, one => one.Index);
        var lines = new List<QuestionLine>();
        try
        {
            foreach (var row in table.Rows())
            {
                if (row.IsBlank)
                    continue;
                if (lines.Count == MostLines)
                    throw new ListException($"{path} has more than {MostLines} lines; make several files of it");
                lines.Add(Line(row, columns, otherwise, fields));
            }
        }
        catch (CsvException e)
        {
            throw new ListException($"{path}: {e.Message} (here: --encoding)");
        }
        return lines.Count > 0 ? lines : throw new ListException($"{path} has a header and no questions");
    }

    static IEnumerable<string> Mistakes(IReadOnlyList<string> header, List<string> fields, DataSetContract dataSet)
    {
        if (!header.Contains(Person))
            yield return $"there is no column '{Person}', with this agency's own key of each person{(Spelling.Nearest(Person, header) is { } near ? $"; is it '{near}'?" : "")}";
        string[] known = [Person, Provider, Case, Consent, ConsentedOn, Born, Kana, .. fields];
        foreach (var column in header.Where(one => !known.Contains(one)))
            yield return $"there is no use for a column '{column}'; of {dataSet.Id} there are {string.Join(", ", known)}";
    }

    static QuestionLine Line(CsvRow row, Dictionary<string, int> columns, PersonQuestion otherwise, List<string> fields)
    {
        string Cell(string column, string usual) => columns.TryGetValue(column, out var at) && at < row.Cells.Count && row.Cells[at].Trim() is { Length: > 0 } cell ? cell : usual;
        var question = otherwise.Question.Descriptor.Parser.ParseFrom(otherwise.Question.ToByteString());
        var mistakes = new List<string>();
        var cells = new List<string> { Cell(Person, ""), Cell(Provider, otherwise.Provider) };
        foreach (var name in fields)
        {
            var field = question.Descriptor.FindFieldByName(name);
            cells.Add(Cell(name, QuestionFields.Text(field, question) ?? ""));
            if (!CellConversion.TryConvert(cells[^1], field, CellFormat.Plain, out var value, out var expected))
                mistakes.Add($"'{name}' is not {expected}");
            else if (value is not null)
                field.Accessor.SetValue(question, value);
        }
        cells.AddRange([otherwise.Task, otherwise.DataSet.Id]);
        RequestCheck.Text(mistakes, Person, cells[0], RequestCheck.PersonLength, required: true);
        RequestCheck.Text(mistakes, Provider, cells[1], RequestCheck.NameLength, required: true);
        RequestCheck.Text(mistakes, Case, Cell(Case, otherwise.CaseId), RequestCheck.NameLength, required: false);
        var consent = ReadConsent(Cell(Consent, otherwise.Consent?.Reference ?? ""), Cell(ConsentedOn, otherwise.Consent?.GivenOn ?? ""), mistakes);
        var identity = ReadIdentity(Cell(Born, ""), Cell(Kana, ""), mistakes);
        if (row.Problem is { } problem)
            mistakes = [problem.Column.Length > 0 ? $"'{problem.Column}': {problem.Reason}" : problem.Reason];
        return mistakes.Count > 0
            ? new QuestionLine(row.Line, cells, null, string.Join("; ", mistakes))
            : new QuestionLine(row.Line, cells, otherwise with { Person = cells[0], Provider = cells[1], Question = question, CaseId = Cell(Case, otherwise.CaseId), Consent = consent, Identity = identity }, null);
    }

    static Agency.V1.Identity? ReadIdentity(string born, string kana, List<string> mistakes)
    {
        if (born.Length == 0 && kana.Length == 0)
            return null;
        RequestCheck.Text(mistakes, Kana, kana, RightPerson.LongestText, required: false);
        if (born.Length > 0 && !LegalDay.TryRead(born, out _))
            mistakes.Add($"'{Born}' is not a date such as 1984-05-14");
        return new Agency.V1.Identity { BirthDate = born, Kana = kana };
    }

    static Agency.V1.Consent? ReadConsent(string reference, string day, List<string> mistakes)
    {
        if (reference.Length == 0 && day.Length == 0)
            return null;
        RequestCheck.Text(mistakes, Consent, reference, ShownConsent.LongestReference, required: true);
        if (!LegalDay.TryRead(day, out _))
            mistakes.Add($"'{ConsentedOn}' is not a date such as 2026-04-01");
        return new Agency.V1.Consent { Reference = reference, GivenOn = day };
    }
}
