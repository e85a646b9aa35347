using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Exchange.Adapter.Jobs;

/// <summary>A service of the local API that asks many questions for one purpose, such as a household's eligibility.</summary>
public sealed class Job
{
    Job(Type service, ServiceDescriptor descriptor, Action<IGrpcServerBuilder, Action<GrpcServiceOptions>> configure, Action<IEndpointRouteBuilder> map)
    {
        Service = service;
        Descriptor = descriptor;
        Configure = configure;
        Map = map;
    }

    /// <summary>The class that serves it; made anew for each call.</summary>
    public Type Service { get; }

    public ServiceDescriptor Descriptor { get; }

    internal Action<IGrpcServerBuilder, Action<GrpcServiceOptions>> Configure { get; }

    internal Action<IEndpointRouteBuilder> Map { get; }

    /// <typeparam name="TService">Implements the service; may take an <see cref="Inquiries"/> and an <see cref="OwnRecords"/>.</typeparam>
    public static Job Of<TService>(ServiceDescriptor descriptor)
        where TService : class =>
        new(typeof(TService), descriptor, (grpc, set) => grpc.AddServiceOptions<TService>(set), endpoints => endpoints.MapGrpcService<TService>());
}
