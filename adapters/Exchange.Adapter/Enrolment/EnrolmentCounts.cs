namespace Exchange.Adapter.Enrolment;

/// <param name="Changed">Had another number before.</param>
public readonly record struct EnrolmentCounts(int New, int Changed, int Unchanged)
{
    public static EnrolmentCounts operator +(EnrolmentCounts left, EnrolmentCounts right) => Add(left, right);

    public static EnrolmentCounts Add(EnrolmentCounts left, EnrolmentCounts right) =>
        new(left.New + right.New, left.Changed + right.Changed, left.Unchanged + right.Unchanged);
}
