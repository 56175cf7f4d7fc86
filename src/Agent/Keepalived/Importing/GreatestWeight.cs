using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>Weights of 254 and -254, which are 253 and -253 here. keepalived has them for processes and files only.</summary>
internal static class GreatestWeight
{
    private const int Greatest = 253;

    /// <summary>The weight of the imported file; that it is another one is a finding.</summary>
    /// <param name="weight">-254..254.</param>
    /// <param name="keepalivedHas254">Whether keepalived takes 254 as it is written; else it makes 253 of it as well.</param>
    /// <param name="at">Where it is written.</param>
    /// <param name="findings">Takes the finding.</param>
    public static int Cut(int weight, bool keepalivedHas254, Place at, ConfFindings findings)
    {
        int cut = Math.Clamp(weight, -Greatest, Greatest);
        if (cut == weight)
        {
            return cut;
        }

        if (keepalivedHas254)
        {
            findings.Note(
                ConfCodes.Changed,
                at,
                $"weight {weight} is {cut} here, the greatest there is; alone it moves a priority as far, since priorities end at 1 and 254, and by one less where other weights are added");
        }
        else
        {
            findings.Warning(ConfCodes.WeightOf254, at, $"weight {weight} of a script or an interface: keepalived takes {cut}, and so does the imported file", $"Write {cut}.");
        }

        return cut;
    }
}
