using System.Globalization;
using Exchange.Protocol.Identifiers;
using Exchange.Sandbox.Files;

namespace Exchange.Hammer.Connections;

/// <summary>Towns in the hub's directory beside those of the exchange. They have no records, and no people.</summary>
static class IdleAgencies
{
    /// <summary>Of local government codes without their check digit: prefectures end with 47.</summary>
    const int First = 60_000;

    const string Behind = "data_sets:\n";

    public static IReadOnlyList<string> Ids(int count, int first = First) => [.. Enumerable.Range(first, count).Select(Id)];

    /// <summary>Before the hub reads it.</summary>
    public static void Write(ExchangeFolder folder, int count)
    {
        var rows = string.Concat(Ids(count).Select(id => $"  - {{ id: {id}, kind: municipality, name: {id}, status: active, epochs: [1] }}\n"));
        File.WriteAllText(folder.Directory, File.ReadAllText(folder.Directory).Replace(Behind, rows + Behind, StringComparison.Ordinal));
    }

    static string Id(int number) =>
        MunicipalityCode.TryComplete(number.ToString(CultureInfo.InvariantCulture), out var code, out _) ? $"jp.mun.{code}" : throw new InvalidOperationException($"{number} is no local government code.");
}
