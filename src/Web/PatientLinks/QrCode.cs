using System.Net;
using System.Text;
using Microsoft.AspNetCore.Components;
using QRCoder;

namespace Portal.Web.PatientLinks;

/// <summary>Draws QR codes as SVG: sharp at any size, in print too, and without a file.</summary>
public static class QrCode
{
    // Quiet zone of four modules on each side (ISO/IEC 18004).
    private const int Quiet = 4;

    /// <summary>The code of an address, black on white whatever the colour scheme, with its description for those who can't see
    /// it.</summary>
    public static MarkupString Svg(string address, string description)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(address, QRCodeGenerator.ECCLevel.M);
        var modules = code.ModuleMatrix;
        var path = new StringBuilder();
        // The matrix of the library has its own quiet zone of four modules.
        var size = modules.Count - 2 * Quiet;
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                if (modules[y + Quiet][x + Quiet]) path.Append('M').Append(x + Quiet).Append(' ').Append(y + Quiet).Append("h1v1h-1z");
            }
        }

        var side = size + 2 * Quiet;
        return new MarkupString(
            $"<svg viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(description)}\" " +
            $"shape-rendering=\"crispEdges\">" +
            $"<path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>");
    }
}
