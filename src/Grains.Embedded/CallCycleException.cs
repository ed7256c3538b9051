namespace Portal.Grains.Embedded;

/// <summary>
/// A grain called a grain that waits for it. On Orleans the call would time out; here it is refused at once. The message names the chain.
/// </summary>
public sealed class CallCycleException(string message) : InvalidOperationException(message);
