namespace Exchange.Adapter.Enrolment;

/// <param name="Corrected">Had a wrong number before, and are no longer found by it.</param>
/// <param name="Changed">Had another number before, which was officially changed, and are found by both.</param>
public readonly record struct EnrolmentCounts(int New, int Corrected, int Changed, int Unchanged)
{
    public int Sum => New + Corrected + Changed + Unchanged;

    public static EnrolmentCounts operator +(EnrolmentCounts left, EnrolmentCounts right) => Add(left, right);

    public static EnrolmentCounts Add(EnrolmentCounts left, EnrolmentCounts right) =>
        new(left.New + right.New, left.Corrected + right.Corrected, left.Changed + right.Changed, left.Unchanged + right.Unchanged);
}
