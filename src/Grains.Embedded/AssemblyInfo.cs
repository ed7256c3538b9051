using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Portal.Grains.Tests")]
