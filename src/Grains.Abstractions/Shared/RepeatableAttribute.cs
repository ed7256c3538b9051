namespace Portal.Grains.Abstractions.Shared;

/// <summary>
/// Says of all methods of a grain interface that doing one twice is as doing it once: they read, set something to a value, or carry the
/// id of their operation. A call of theirs whose outcome is unknown, because a silo or the database went away under it, is therefore made
/// again. Exceptions are marked <see cref="OnceAttribute"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Interface)]
public sealed class RepeatableAttribute : Attribute;

/// <summary>
/// Says of a method that it is not made again by itself where its outcome is unknown: it counts against a budget, or sends something. The
/// person decides.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnceAttribute : Attribute;
