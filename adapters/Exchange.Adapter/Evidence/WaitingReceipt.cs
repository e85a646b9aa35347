namespace Exchange.Adapter.Evidence;

/// <summary>A receipt that is not proven yet.</summary>
/// <param name="Id">Its row.</param>
/// <param name="LeafHash">As the hub gave it, of whatever length.</param>
sealed record WaitingReceipt(long Id, ulong Index, byte[] LeafHash, byte[] RequestId);
