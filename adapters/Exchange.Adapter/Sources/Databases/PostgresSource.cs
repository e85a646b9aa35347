using Exchange.Protocol.DataSets;

namespace Exchange.Adapter.Sources.Databases;

/// <summary>Records in PostgreSQL.</summary>
sealed class PostgresSource(PostgresDatabase database, DataSetContract contract, DatabaseLayout layout, TimeProvider time)
    : DatabaseSource(database, contract, layout, time);
