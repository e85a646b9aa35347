using System.Threading.Channels;
using Exchange.Gateway.Pseudonyms;
using Exchange.Hosting.Errors;
using Exchange.V1;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using static Exchange.Gateway.Tests.Pseudonyms.HubWithAuthority;

namespace Exchange.Gateway.Tests.Pseudonyms;

public sealed class EnrolmentGrpcServiceTests
{
    readonly FakeTimeProvider time = new();

    [Fact]
    public async Task An_agency_has_one_stream_at_a_time_and_another_when_it_has_ended()
    {
        await using var hub = await Start(A, B);
        var caller = A;
        using var enrolment = Enrolment(hub, () => caller);
        var service = new EnrolmentGrpcService(enrolment, Hooks(() => caller), time);
        var first = new Batches();
        var running = service.Enrol(first, new Answers(), new CallOf());
        await first.Waiting;

        var refused = (await Assert.ThrowsAsync<RpcException>(() => service.Enrol(new Batches(), new Answers(), new CallOf()))).ToRefusal()!;
        Assert.Equal((Reason.ConnectionLimit, "An enrolment of this agency is under way."), (refused.Reason, refused.Message));
        Assert.True(refused.RetryAfterMs > 0);
        caller = B;
        await Ended(service);

        first.Complete();
        await running;
        caller = A;
        await Ended(service);
    }

    [Fact]
    public async Task A_stream_on_which_no_batch_comes_is_ended_with_a_reason_and_makes_room()
    {
        await using var hub = await Start(A);
        using var enrolment = Enrolment(hub, () => A);
        var service = new EnrolmentGrpcService(enrolment, Hooks(() => A), time);
        var silent = new Batches();
        var answers = new Answers();
        var running = service.Enrol(silent, answers, new CallOf());
        await silent.Waiting;

        // A batch, if a bad one, is a sign of life.
        time.Advance(EnrolmentGrpcService.Idle - TimeSpan.FromSeconds(1));
        silent.Send(hub.Batch(A, 0));
        await answers.First;
        await silent.Waiting;
        time.Advance(EnrolmentGrpcService.Idle - TimeSpan.FromSeconds(1));
        Assert.False(running.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Reason.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => running)).ToRefusal()!.Reason);
        await Ended(service);
    }

    [Fact]
    public async Task An_agency_that_hangs_up_ends_its_stream_in_order()
    {
        await using var hub = await Start(A);
        using var enrolment = Enrolment(hub, () => A);
        var service = new EnrolmentGrpcService(enrolment, Hooks(() => A), time);
        using var hungUp = new CancellationTokenSource();
        var batches = new Batches();
        var running = service.Enrol(batches, new Answers(), new CallOf(hungUp.Token));
        await batches.Waiting;

        await hungUp.CancelAsync();

        await running;
        await Ended(service);
    }

    static async Task Ended(EnrolmentGrpcService service)
    {
        var none = new Batches();
        none.Complete();
        await service.Enrol(none, new Answers(), new CallOf());
    }

    static Enrolment Enrolment(HubWithAuthority hub, Func<string> caller) => new(hub.Client, hub.H, Hooks(caller));

    static EnrolmentHooks Hooks(Func<string> caller) => new(_ => caller(), (_, _) => null, _ => true, (_, _) => ValueTask.CompletedTask);

    sealed class Batches : IAsyncStreamReader<EnrolmentBatch>
    {
        readonly Channel<EnrolmentBatch> sent = Channel.CreateUnbounded<EnrolmentBatch>();
        readonly Channel<bool> waiting = Channel.CreateUnbounded<bool>();

        /// <summary>Completes each time that the service waits for a batch.</summary>
        public Task Waiting => waiting.Reader.ReadAsync().AsTask();

        public EnrolmentBatch Current { get; private set; } = new();

        public void Send(EnrolmentBatch batch) => sent.Writer.TryWrite(batch);

        public void Complete() => sent.Writer.Complete();

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            waiting.Writer.TryWrite(true);
            if (!await sent.Reader.WaitToReadAsync(cancellationToken))
                return false;
            Current = await sent.Reader.ReadAsync(cancellationToken);
            return true;
        }
    }

    sealed class Answers : IServerStreamWriter<EnrolledBatch>
    {
        readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task First => first.Task;

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(EnrolledBatch message)
        {
            first.TrySetResult();
            return Task.CompletedTask;
        }

        public Task WriteAsync(EnrolledBatch message, CancellationToken cancellationToken) => WriteAsync(message);
    }

    sealed class CallOf(CancellationToken hungUp = default) : ServerCallContext
    {
        protected override string MethodCore => "Enrol";

        protected override string HostCore => "";

        protected override string PeerCore => "";

        protected override DateTime DeadlineCore => DateTime.MaxValue;

        protected override Metadata RequestHeadersCore => [];

        protected override CancellationToken CancellationTokenCore => hungUp;

        protected override Metadata ResponseTrailersCore => [];

        protected override Status StatusCore { get; set; }

        protected override WriteOptions? WriteOptionsCore { get; set; }

        protected override AuthContext AuthContextCore => new("", []);

        protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();

        protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
    }
}
