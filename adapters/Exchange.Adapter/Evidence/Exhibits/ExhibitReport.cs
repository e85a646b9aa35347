using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Exchange.Hosting.Commands;
using Exchange.Protocol.DataSets;
using Exchange.Protocol.Lookups;
using Exchange.Protocol.Transparency;
using Exchange.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Adapter.Evidence.Exhibits;

/// <summary>Tells one exchange and what proves it: for people, or as one object.</summary>
static class ExhibitReport
{
    static readonly JsonFormatter records = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    static readonly JsonWriterOptions json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    public static void Write(TextWriter output, bool asJson, Exhibit exhibit, IReadOnlyList<Finding> findings)
    {
        if (asJson)
            output.WriteLine(Object(exhibit, findings));
        else
            Table(output, exhibit, findings);
        output.Flush();
    }

    static void Table(TextWriter output, Exhibit exhibit, IReadOnlyList<Finding> findings)
    {
        foreach (var (name, value) in Lines(exhibit))
            output.WriteLine($"{name,-12}{OnScreen.Plain(value)}");
        output.WriteLine();
        foreach (var one in findings)
            output.WriteLine($"{one.Name,-12}{one.Result,-13}{(one.Fault == LogFault.None ? "" : LogFaults.Word(one.Fault) + ": ")}{OnScreen.Plain(one.Says)}");
        output.WriteLine();
        output.WriteLine(findings.Any(one => one.IsGood == false) ? "Not proven." : findings.Any(one => one.IsGood is null) ? "Nothing is wrong, and not all of it is proven: see NOT_CHECKED." : "Proven.");
        output.WriteLine($"Never proven, and the word of that journal alone: status {OnScreen.Plain(exhibit.Status)}. The commitment is over the answer without it.");
    }

    /// <summary>What is said to have passed.</summary>
    static IEnumerable<(string Name, string Value)> Lines(Exhibit exhibit)
    {
        yield return ("request", Convert.ToHexStringLower(exhibit.Receipt.RequestId));
        yield return ("log", string.Create(CultureInfo.InvariantCulture, $"{exhibit.Receipt.Log}, entry {exhibit.Receipt.Index}"));
        yield return ("out of", $"the journal of {exhibit.Agency}, the {exhibit.Role}");
        if (!Headers.TryParse(ByteString.CopyFrom(exhibit.Header), out var header, out _))
            yield break;
        yield return ("time", Time(header.TimeUnixMs));
        yield return ("requester", header.Requester);
        yield return ("provider", header.Provider);
        yield return ("task", header.Task);
        yield return ("data set", header.DataSet);
        var contract = DataSetCatalogue.All.FirstOrDefault(one => one.Id == header.DataSet);
        if (Read(Question.Parser, exhibit.Question) is { } question)
        {
            yield return ("official", question.Official);
            yield return ("case", question.CaseId);
            yield return ("question", Told(contract?.Question, question.Query));
        }
        if (Read(Answer.Parser, exhibit.Answer) is { } answer)
        {
            yield return ("answer", Told(contract?.Record, answer.Record));
            yield return ("withheld", string.Join(", ", answer.Withheld.Select(field => contract?.FieldName(field) ?? field.ToString(CultureInfo.InvariantCulture))));
            if (answer.Freshness is { AsOfUnixMs: > 0 and var asOf })
                yield return ("as of", Time(asOf));
        }
    }

    static string Object(Exhibit exhibit, IReadOnlyList<Finding> findings)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, json))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("proven", findings.All(one => one.IsGood == true));
            writer.WriteStartObject("exchange");
            foreach (var (name, value) in Lines(exhibit))
                writer.WriteString(name.Replace(' ', '_'), value);
            writer.WriteEndObject();
            writer.WriteStartObject("not_proven");
            writer.WriteString("status", exhibit.Status);
            writer.WriteEndObject();
            writer.WriteStartArray("checks");
            foreach (var one in findings)
            {
                writer.WriteStartObject();
                writer.WriteString("check", one.Name);
                writer.WriteString("result", one.Result);
                if (one.Fault != LogFault.None)
                    writer.WriteString("fault", LogFaults.Word(one.Fault));
                writer.WriteString("says", one.Says);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>A number that no calendar has stays one.</summary>
    static string Time(long unixMs) => unixMs < DateTimeOffset.MinValue.ToUnixTimeMilliseconds() || unixMs > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
        ? unixMs.ToString(CultureInfo.InvariantCulture)
        : DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>By the contract of the data set, so that a court reads words and not bytes.</summary>
    static string Told(MessageDescriptor? type, ByteString bytes)
    {
        if (type is not null)
            try
            {
                return records.Format(type.Parser.ParseFrom(bytes));
            }
            catch (InvalidProtocolBufferException)
            {
                // As bytes, then.
            }
        return Convert.ToHexStringLower(bytes.Span);
    }

    static T? Read<T>(MessageParser<T> parser, byte[] bytes)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
