using Exchange.Adapter.Sources.Csv;
using Exchange.Hosting.Configuration;

namespace Exchange.Adapter.Sources.Mapping;

static class CsvHeader
{
    /// <summary>Compares the columns a mapping names with those the file has.</summary>
    /// <param name="map">Where the mapping names the file.</param>
    public static void Check(YamlMap map, Place place, ColumnUses columns)
    {
        try
        {
            var file = File.Exists(place.Path) ? place.Path : place.Drop?.Newest()?.Path ?? place.Path;
            columns.ReportUnknown(new CsvTable(file, place.Format).Header);
        }
        catch (Exception e) when (e is CsvException or IOException or UnauthorizedAccessException)
        {
            map.Report("file", e is CsvException ? e.Message : $"the file cannot be read: {e.Message}");
        }
    }
}
