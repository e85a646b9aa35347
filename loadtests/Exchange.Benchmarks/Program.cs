using Exchange.Benchmarks.Running;

return await BenchmarkCommand.Create().Parse(args).InvokeAsync().ConfigureAwait(false);
