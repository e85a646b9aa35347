using Exchange.Hosting.Configuration;
using Exchange.Municipality.Eligibility;
using Records.Pension.V1;

namespace Exchange.Municipality.Tests.Eligibility;

public sealed class ProgrammesFileTests : IDisposable
{
    const string Heating = """
        programmes:
          - name: heating
            versions:
              - version: "1"
                valid_from: 2026-04-01
                valid_until: 2027-03-31
                legal_basis: Ordinance on heating, article 2
                resident_tax_exempt: false
                lived_here: true
                pensions_on_top: [SURVIVORS]
                ceiling:
                  by_size: [900000, 1300000]
                  each_further: 200000
                  children: { under: 18, each: 100000 }
                  waived_for: [resident_tax_exempt, DISABILITY]

        """;

    /// <summary>Begins in line 16 of the file.</summary>
    const string Next = """
              - version: "2"
                valid_from: 2027-04-01
                legal_basis: Ordinance on heating, article 2
                resident_tax_exempt: false
                lived_here: false
                ceiling: { by_size: [1], each_further: 0 }

        """;

    readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void Every_key_is_read()
    {
        var only = Assert.Single(Read(Heating).All);
        Assert.Equal(("heating", "1", "Ordinance on heating, article 2", "2026-04-01 to 2027-03-31"), (only.Name, only.Version, only.LegalBasis, only.Days));
        Assert.Equal((false, true, true, true), (only.ExemptOfResidentTax, only.LivedHere, only.NeedsResidentTax, only.NeedsPension));
        Assert.Equal([PensionKind.Survivors], only.PensionsOnTop);
        Assert.Equal((true, PensionKind.Disability), (only.Waiver.ForExempt, Assert.Single(only.Waiver.ForPensions)));
        Assert.Equal([900_000, 1_300_000, 1_500_000, 1_700_000], Enumerable.Range(1, 4).Select(size => only.Ceiling.Of(size, 0)));
        Assert.Equal(1_500_000, only.Ceiling.Of(2, 2));
    }

    [Theory]
    [InlineData("name: heating", "nmae: heating", "2:5: 'name' is missing")]
    [InlineData("name: heating", "name: Heating!", "2:11: 'name' has to be at most 64 lower-case letters")]
    [InlineData("version: \"1\"", "versoin: \"1\"", "did you mean 'version'?")]
    [InlineData("valid_from: 2026-04-01", "valid_from: 2026-4-1", "5:21: 'valid_from' is '2026-4-1'; write a date as YYYY-MM-DD")]
    [InlineData("valid_until: 2027-03-31", "valid_until: 2026-03-31", "6:22: 'valid_until' is 2026-03-31, before 'valid_from'")]
    [InlineData("legal_basis: Ordinance on heating, article 2", "legal_basis: \"two\\nlines\"", "'legal_basis' has to be one line")]
    [InlineData("resident_tax_exempt: false", "# forgotten", "'resident_tax_exempt' is missing; write true or false")]
    [InlineData("resident_tax_exempt: false", "resident_tax_exempt: true", "15:24: every adult has to be exempt")]
    [InlineData("lived_here: true", "lived_here: yes", "9:21: 'lived_here' is 'yes'; write true or false")]
    [InlineData("[SURVIVORS]", "[SURVIVOR]", "unknown word of 'pensions_on_top' 'SURVIVOR'; did you mean 'SURVIVORS'?")]
    [InlineData("[SURVIVORS]", "[OLD_AGE]", "10:27: an OLD_AGE pension is taxable and part of the total income already")]
    [InlineData("by_size: [900000, 1300000]", "bysize: [900000, 1300000]", "'by_size' is missing")]
    [InlineData("1300000]", "130000]", "12:29: the ceiling of 2 members is 130000, lower than that of 1, 900000")]
    [InlineData("1300000]", "1_300_000]", "12:29: '1_300_000' is no ceiling; give whole yen")]
    [InlineData("1300000]", "-5]", "12:29: '-5' is no ceiling")]
    [InlineData("each_further: 200000", "# forgotten", "a household of 3 to 20 would have no ceiling; give 'each_further'")]
    [InlineData("each_further: 200000", "each_further: lots", "13:25: 'each_further' is 'lots'")]
    [InlineData("under: 18, each", "each", "'under' is missing")]
    [InlineData("each: 100000", "each: 0", "'each' is '0'")]
    [InlineData("[resident_tax_exempt, DISABILITY]", "[public_assistance]", "15:24: unknown word of 'waived_for' 'public_assistance' (known: resident_tax_exempt, OLD_AGE, DISABILITY, SURVIVORS)")]
    [InlineData("programmes:", "programs:", "did you mean 'programmes'?")]
    public void A_mistake_is_told_with_its_place_and_what_to_write(string right, string wrong, string told)
    {
        Assert.Contains(right, Heating, StringComparison.Ordinal);
        Assert.Contains(Mistakes(Heating.Replace(right, wrong, StringComparison.Ordinal)), mistake => mistake.Contains(told, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("programmes: []\n", "'programmes' is missing")]
    [InlineData("programmes: [{ name: heating }]\n", "'versions' is missing")]
    [InlineData("programmes: [{ name: heating, versions: [{ version: x, ceiling: 5 }] }]\n", "'ceiling' must be a map")]
    [InlineData("programmes: 5\n", "'programmes' must be a list")]
    [InlineData("[", "not valid YAML")]
    public void A_file_without_a_rule_is_refused(string text, string told) => Assert.Contains(Mistakes(text), mistake => mistake.Contains(told, StringComparison.Ordinal));

    [Fact]
    public void All_mistakes_are_told_at_once_and_an_overlap_among_them() =>
        Assert.Equal(5, Mistakes(Heating.Replace("18,", "180,", StringComparison.Ordinal).Replace("true", "perhaps", StringComparison.Ordinal).Replace("900000", "none", StringComparison.Ordinal)
            + Next.Replace("2027-04-01", "2027-01-01", StringComparison.Ordinal) + "more: 1\n").Length);

    [Theory]
    [InlineData("2027-03-31")]
    [InlineData("2026-04-01")]
    public void Two_versions_on_one_day_are_refused_and_both_lines_named(string from)
    {
        var mistake = Assert.Single(Mistakes(Heating + Next.Replace("2027-04-01", from, StringComparison.Ordinal)));
        Assert.Contains($":17:21: 2 is in force from {from}, and 1 of line 4 2026-04-01 to 2027-03-31", mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_without_an_end_leaves_no_day_for_a_later_one() =>
        Assert.Contains("1 of line 4 from 2026-04-01", Assert.Single(Mistakes(Heating.Replace("valid_until: 2027-03-31", "", StringComparison.Ordinal) + Next)), StringComparison.Ordinal);

    [Fact]
    public void Names_that_stand_twice_are_refused_and_both_lines_named()
    {
        var mistakes = Mistakes(Heating + Next.Replace("\"2\"", "\"1\"", StringComparison.Ordinal) + Heating.Replace("programmes:\n", "", StringComparison.Ordinal));
        Assert.Contains(mistakes, mistake => mistake.Contains(":16:18: version 1 stands in line 4 already", StringComparison.Ordinal));
        Assert.Contains(mistakes, mistake => mistake.Contains(":22:11: 'heating' stands in line 2 already", StringComparison.Ordinal));
    }

    [Fact]
    public void Days_without_a_rule_are_named_and_nothing_is_refused_for_them()
    {
        Assert.Equal(["'heating' has no rule from 2027-04-01 on, after 1"], Read(Heating).Gaps);
        Assert.Empty(Read(Heating + Next).Gaps);
        Assert.Equal(["'heating' has no rule from 2027-04-01 to 2027-04-30, between 1 and 2"], Read(Heating + Next.Replace("2027-04-01", "2027-05-01", StringComparison.Ordinal)).Gaps);
        Assert.Empty(Read(Heating.Replace("2027-03-31", "9999-12-31", StringComparison.Ordinal)).Gaps);
    }

    [Fact]
    public void Versions_may_stand_in_any_order()
    {
        var (head, version) = (Heating[..Heating.IndexOf("      - version", StringComparison.Ordinal)], Heating[Heating.IndexOf("      - version", StringComparison.Ordinal)..]);
        Assert.Equal(["1", "2"], Read(head + Next + version).All.Select(one => one.Version));
    }

    [Fact]
    public void Without_a_file_the_two_versions_of_old_are_in_force_and_leave_no_gap()
    {
        Assert.Equal(["2025-04", "2026-04"], Programmes.Shipped.All.Select(one => one.Version));
        Assert.Empty(Programmes.Shipped.Gaps);
        Assert.All(Programmes.Shipped.All, one => Assert.Equal((true, false, true, true, false), (one.ExemptOfResidentTax, one.LivedHere, one.NeedsResidentTax, one.NeedsPension, one.Waiver.IsPossible)));
    }

    [Fact]
    public void They_are_listed_with_their_days_and_gaps()
    {
        using var output = new StringWriter();
        File.WriteAllText(path, Heating);
        ProgrammesCommand.Write(path, output);
        Assert.Equal($"""
            programme  version  in force                  legal basis
            heating    1        2026-04-01 to 2027-03-31  Ordinance on heating, article 2
            Notice: 'heating' has no rule from 2027-04-01 on, after 1.
            As {path} says.

            """.ReplaceLineEndings(), output.ToString());
    }

    Programmes Read(string text)
    {
        File.WriteAllText(path, text);
        return ProgrammesFile.Read(path);
    }

    string[] Mistakes(string text) => [.. Assert.Throws<ConfigurationException>(() => Read(text)).Problems.Select(one => one.ToString())];
}
