using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Storage;

namespace Exchange.Adapter.Mail;

/// <summary>The store of this agency's letters, and of the keys of its mailbox.</summary>
/// <exception cref="Exchange.Hosting.Storage.StoreException">In use, damaged, or made by a newer program.</exception>
public sealed class MailDatabase(string path, AgencyKeys keys, TimeProvider time)
    : SealedDatabase(path, "xhub/v1/mail-store", "Exchange.Adapter.Mail.Migrations.", keys, time);
