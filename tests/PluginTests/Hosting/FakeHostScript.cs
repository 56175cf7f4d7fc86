using System.Globalization;
using HotStandby.Agent.Hosting;
using HotStandby.HostProtocol;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Hosting;

/// <summary>A plugin host that does what a test wants, when it wants: a shell script that says prepared lines. Each start is a turn of its own.</summary>
internal sealed class FakeHostScript
{
    private readonly Layout _layout;

    public FakeHostScript(Layout layout)
    {
        _layout = layout;
        string script = layout.Write("host.sh", $$"""
            n=1
            while ! mkdir "{{layout.Root}}/turn-$n" 2>/dev/null; do n=$((n + 1)); done
            cd "{{layout.Root}}" || exit 9
            read -r first
            printf '%s\n' "$first" > "turn-$n/first"
            if [ -e "$n.child" ]; then (while [ -d "turn-$n" ]; do sleep 0.1; done) < /dev/null > /dev/null & fi
            cat "$n.lines"
            if [ -e "$n.more" ]; then
                while ! [ -e "$n.go" ]; do sleep 0.1; done
                cat "$n.more"
            fi
            if [ -e "$n.stays" ]; then exec cat > "turn-$n/heard"; fi
            echo "the fake host gives up" >&2
            echo $$ > "turn-$n/ends"
            exit 3
            """);
        Launch = new HostLaunch("/bin/sh", [script]);
    }

    public HostLaunch Launch { get; }

    /// <summary>What the host says the Nth time that it is started, and whether it then stays until its input ends.</summary>
    public void Turn(int n, bool stays, params FromHost[] says)
    {
        _layout.Write($"{n}.lines", Lines(says));
        if (stays)
        {
            _layout.Write($"{n}.stays", "");
        }
    }

    /// <summary>What the Nth says after that, once it is told to go on.</summary>
    public void Later(int n, params FromHost[] says) => _layout.Write($"{n}.more", Lines(says));

    /// <summary>What the Nth was told first.</summary>
    public ToHost First(int n) => HostProtocolJson.ReadToHost(File.ReadAllText(Path.Combine(_layout.Root, $"turn-{n}", "first")));

    public void GoOn(int n) => _layout.Write($"{n}.go", "");

    /// <summary>The Nth starts a program that lives until the test is over.</summary>
    public void LeaveChild(int n) => _layout.Write($"{n}.child", "");

    /// <summary>Whether the Nth was started.</summary>
    public bool HasStarted(int n) => Directory.Exists(Path.Combine(_layout.Root, $"turn-{n}"));

    /// <summary>Whether the Nth has come to its end by itself. A process that nobody has waited for yet is a zombie, and has ended.</summary>
    public bool HasEnded(int n)
    {
        string path = Path.Combine(_layout.Root, $"turn-{n}", "ends");
        if (!File.Exists(path) || !int.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out int pid))
        {
            return false;
        }

        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Split(')')[^1].TrimStart().StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static string Lines(FromHost[] says) => string.Concat(says.Select(one => HostProtocolJson.ToLine(one) + "\n"));
}
