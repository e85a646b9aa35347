using Exchange.Gateway.Directory;
using Exchange.Gateway.Policy;
using Exchange.Hosting.Configuration;

namespace Exchange.Gateway.Tests.Directory;

public sealed class DirectoryEditTests : IDisposable
{
    const string DataSets = """
        data_sets:
          - id: tax.income.v1
            title: Income statement of a tax year
            question: records.tax.v1.IncomeQuestion
            record: records.tax.v1.IncomeStatement
            declared_size: 512
            protected: false
            provider_kind: tax

        """;

    const string Matrix = """
        rows:
          - requester: tax
            task: benefit-eligibility
            provider: tax
            data_set: tax.income.v1
            fields: [year]
            condition: none
            legal_basis: Number Act
            valid_from: 2026-01-01

        """;

    readonly string folder = System.IO.Directory.CreateTempSubdirectory("exchange-directory-").FullName;

    public DirectoryEditTests() => File.WriteAllText(Path.Combine(folder, "matrix.yaml"), Matrix);

    static readonly AgencyEntry minato = new("jp.mun.131032", "municipality", "Minato \"港\"", AgencyStatus.Active, [1]);

    [Theory]
    [InlineData("agencies:\n  # The first.\n  - { id: jp.tax, kind: tax, name: Tax, status: active, epochs: [1] }   # the tax agency\n", "# the end\n")]
    [InlineData("agencies:\n- id: jp.tax\n  kind: tax\n  name: Tax\n  status: active\n  epochs: [1]\n\n", "")]
    [InlineData("agencies:\n    -   { id: jp.tax, kind: tax, name: Tax, status: active,\n          epochs: [1] }\n", "")]
    public void An_agency_is_added_behind_the_last_and_every_other_letter_stays(string agencies, string end)
    {
        Write(agencies + DataSets + end);
        Edit.Add(minato);
        var added = Read.Agencies.Single(one => one.Id == minato.Id);
        Assert.Equal((minato.Kind, minato.Name, minato.Status), (added.Kind, added.Name, added.Status));
        var lines = Text.Split('\n').ToList();
        Assert.Equal(1, lines.RemoveAll(line => line.Contains(minato.Id, StringComparison.Ordinal)));
        Assert.Equal(agencies + DataSets + end, string.Join('\n', lines));
    }

    [Fact]
    public void The_first_agency_is_added_to_an_empty_list()
    {
        File.WriteAllText(Path.Combine(folder, "matrix.yaml"), "rows: []\n");
        Write("# None yet.\nagencies: []   # here\n" + DataSets);

        Edit.Add(minato);

        Assert.Equal(minato.Id, Assert.Single(Read.Agencies).Id);
        Assert.StartsWith("# None yet.\nagencies:\n  - { id: jp.mun.131032,", Text, StringComparison.Ordinal);
        Assert.EndsWith("   # here\n" + DataSets, Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_status_is_changed_in_its_place_and_the_rest_stays()
    {
        const string agencies = "agencies:\n  - { id: jp.tax, kind: tax, name: active, status: active, epochs: [1] } # active\n";
        Write(agencies + DataSets);
        Assert.True(Edit.SetStatus("jp.tax", AgencyStatus.Suspended));
        Assert.Equal(agencies.Replace("status: active", "status: suspended", StringComparison.Ordinal) + DataSets, Text);
        Assert.False(Edit.SetStatus("jp.tax", AgencyStatus.Suspended));
        Assert.True(Edit.SetStatus("jp.tax", AgencyStatus.Active));
        Assert.Equal(agencies + DataSets, Text);
    }

    [Fact]
    public void Who_was_revoked_does_not_come_back()
    {
        Write("agencies:\n  - { id: jp.tax, kind: tax, name: Tax, status: active, epochs: [1] }\n" + DataSets);
        Assert.True(Edit.SetStatus("jp.tax", AgencyStatus.Revoked));
        Assert.False(Read.Agencies.Single().IsActive);
        Assert.Contains("was revoked", Assert.Throws<DirectoryEditException>(() => Edit.SetStatus("jp.tax", AgencyStatus.Active)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_would_leave_a_file_with_mistakes_is_not_written()
    {
        Write("agencies:\n  - { id: jp.tax, kind: tax, name: Tax, status: active, epochs: [1] }\n" + DataSets);
        var before = Text;
        var digit = Assert.Throws<ConfigurationException>(() => Edit.Add(minato with { Id = "jp.mun.131033" })).Message;
        Assert.Contains("wrong check digit", digit, StringComparison.Ordinal);
        Assert.Contains("directory.yaml:3:", digit, StringComparison.Ordinal);
        Assert.Contains("is not a kind", Assert.Throws<ConfigurationException>(() => Edit.Add(minato with { Kind = "A town" })).Message, StringComparison.Ordinal);
        Assert.Contains("already", Assert.Throws<DirectoryEditException>(() => Edit.Add(minato with { Id = "jp.tax" })).Message, StringComparison.Ordinal);
        Assert.Contains("is it jp.tax?", Assert.Throws<DirectoryEditException>(() => Edit.SetStatus("jp.tex", AgencyStatus.Suspended)).Message, StringComparison.Ordinal);
        Assert.Equal(before, Text);
        Assert.Equal(["directory.yaml", "matrix.yaml"], System.IO.Directory.GetFiles(folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_file_with_mistakes_is_not_touched()
    {
        Write("agencies:\n  - { id: jp.tax, kind: tax, name: Tax, status: retired, epochs: [1] }\n" + DataSets);
        Assert.Throws<ConfigurationException>(() => Edit.Add(minato));
    }

    public void Dispose() => System.IO.Directory.Delete(folder, recursive: true);

    PolicyFiles Files => new(Path.Combine(folder, "directory.yaml"), Path.Combine(folder, "matrix.yaml"));

    DirectoryEdit Edit => new(Files);

    string Text => File.ReadAllText(Files.Directory);

    AgencyDirectory Read
    {
        get
        {
            var problems = new Problems();
            var read = DirectoryFile.Parse("directory.yaml", File.ReadAllBytes(Files.Directory), problems);
            problems.ThrowIfAny();
            return read!;
        }
    }

    void Write(string text) => File.WriteAllText(Files.Directory, text);
}
