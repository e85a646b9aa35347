using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Storage;

namespace Exchange.Adapter.Protection;

/// <summary>The store of people at risk, and of questions about them.</summary>
/// <exception cref="Exchange.Hosting.Storage.StoreException">In use, damaged, or made by a newer program.</exception>
public sealed class ProtectionDatabase(string path, AgencyKeys keys, TimeProvider time)
    : SealedDatabase(path, "xhub/v1/protection", "Exchange.Adapter.Protection.Migrations.", keys, time);
