namespace Exchange.Adapter.Hours;

/// <summary>Whole days of Japan on which an agency is closed, whatever its hours; the last one too.</summary>
public readonly record struct ClosedDays(DateOnly First, DateOnly Last);
