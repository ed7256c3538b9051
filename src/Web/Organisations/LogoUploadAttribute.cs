using Microsoft.AspNetCore.Http.Metadata;

namespace Portal.Web.Organisations;

/// <summary>
/// The size of a request with a logo. More than a logo may have, so that a file that is somewhat too large is refused next to its field
/// rather than by a page of its own.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class LogoUploadAttribute : Attribute, IRequestSizeLimitMetadata, IFormOptionsMetadata
{
    /// <summary>Bytes of a request. Ours: what cameras make fits, and is refused with words.</summary>
    public const int Most = 8 * 1024 * 1024;

    private const int FewFields = 8;
    private const int ShortText = 4 * 1024;

    long? IRequestSizeLimitMetadata.MaxRequestBodySize => Most;

    bool? IFormOptionsMetadata.BufferBody => null;

    // Beyond it the framework keeps the file on disk while the request lasts.
    int? IFormOptionsMetadata.MemoryBufferThreshold => null;

    long? IFormOptionsMetadata.BufferBodyLengthLimit => Most;

    int? IFormOptionsMetadata.ValueCountLimit => FewFields;

    int? IFormOptionsMetadata.KeyLengthLimit => null;

    int? IFormOptionsMetadata.ValueLengthLimit => ShortText;

    int? IFormOptionsMetadata.MultipartBoundaryLengthLimit => null;

    int? IFormOptionsMetadata.MultipartHeadersCountLimit => null;

    int? IFormOptionsMetadata.MultipartHeadersLengthLimit => null;

    long? IFormOptionsMetadata.MultipartBodyLengthLimit => Most;
}
