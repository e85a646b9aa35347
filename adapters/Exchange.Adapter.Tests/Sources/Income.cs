using Exchange.Adapter.Sources;
using Exchange.Protocol.DataSets;
using Microsoft.Data.Sqlite;
using Records.Tax.V1;

namespace Exchange.Adapter.Tests.Sources;

/// <summary>A folder with a mapping file for the income data set, or the pension payments whose records have lists; removed afterwards.</summary>
sealed class Income : IDisposable
{
    public const string DataSet = "tax.income.v1";

    public static DataSetContract Contract { get; } =
        new(DataSet, "Income", IncomeQuestion.Descriptor, IncomeStatement.Descriptor, 1024, false, "tax");

    public string Folder { get; } = Directory.CreateTempSubdirectory("exchange-sources-").FullName;

    public string PathOf(string name) => System.IO.Path.Combine(Folder, name);

    public static IncomeQuestion Year(int year) => new() { Year = year };

    public void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    public void Sql(string name, string text)
    {
        using var connection = new SqliteConnection($"Data Source={PathOf(name)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = text;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public AgencyData Read(string mapping, SourceSettings? settings = null)
    {
        Write("mapping.yaml", mapping);
        return MappingFile.Read(PathOf("mapping.yaml"), [Contract, DataSetCatalogue.Payments], settings);
    }

    /// <summary>The one source of the mapping; the caller disposes of it.</summary>
    public IRecordSource Open(string mapping, SourceSettings? settings = null) => Read(mapping, settings).Sources.Values.Single();

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
