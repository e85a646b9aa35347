using Exchange.Protocol.DataSets;

namespace Exchange.Protocol.Tests.DataSets;

public sealed class DataSetCatalogueTests
{
    [Fact]
    public void Whoever_describes_where_its_records_are_is_asked_for_no_history()
    {
        Assert.Equal(["tax.income.v1", "tax.employment.v1"], DataSetCatalogue.OfKind("tax").Select(one => one.Id));
        Assert.Equal(["tax.income.v1", "tax.employment.v1", "tax.history.v1"], DataSetCatalogue.ProvidedBy("tax").Select(one => one.Id));
        Assert.Empty(DataSetCatalogue.ProvidedBy("authority"));
    }

    [Fact]
    public void Every_kind_that_keeps_records_has_a_protected_history_of_them_and_no_other_has_one()
    {
        foreach (var kind in DataSetCatalogue.All.Select(one => one.ProviderKind).Distinct())
        {
            var history = DataSetCatalogue.HistoryOf(kind)!;
            Assert.Equal((kind + ".history.v1", kind, true), (history.Id, history.ProviderKind, history.IsProtected));
            Assert.NotEmpty(DataSetCatalogue.OfKind(kind));
        }
        Assert.Null(DataSetCatalogue.HistoryOf("authority"));
        Assert.Equal(DataSetCatalogue.All.Count, DataSetCatalogue.All.Select(one => one.Id).Distinct().Count());
    }
}
