using Exchange.Hammer.Machine;

namespace Exchange.Hammer.Tests.Machine;

public class HubReadingTests
{
    const string Said = """
        # TYPE dotnet_gc_heap_total_allocated_bytes_total counter
        dotnet_gc_heap_total_allocated_bytes_total{otel_scope_name="System.Runtime"} 4096 1790000000000
        dotnet_gc_last_collection_heap_size_bytes{gc_heap_generation="gen0"} 100
        dotnet_gc_last_collection_heap_size_bytes{gc_heap_generation="gen2"} 1900
        dotnet_gc_last_collection_heap_fragmentation_size_bytes{gc_heap_generation="gen2"} 500
        exchange_hub_connections 24
        exchange_hub_lookups_total{kind="COLD",outcome="answered"} 7
        exchange_hub_lookups_total{kind="COLD",outcome="failed"} 2
        exchange_hub_lookups_total{kind="WARM",outcome="answered"} 11
        """;

    [Fact]
    public void Lines_of_one_name_are_added_up_and_gaps_are_no_live_memory() => Assert.Equal(new HubReading(4096, 1500, 24, 9), HubReading.Of(Said));

    [Fact]
    public void What_is_not_said_is_not_known() => Assert.Equal(new HubReading(null, null, null, null), HubReading.Of("# nothing"));
}
