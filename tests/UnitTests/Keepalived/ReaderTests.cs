using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.UnitTests.Keepalived;

/// <summary>The language of keepalived.conf: lines, comments, quotes, blocks, includes, conditions, definitions, repetitions.</summary>
public class ReaderTests
{
    private readonly ConfFindings _findings = new();

    private IReadOnlyList<Statement> Read(string text, string? id = null, params (string, string)[] more) =>
        new ConfReader(new TableFiles([("/etc/k.conf", text), .. more]), id, _findings).Read("/etc/k.conf");

    private static string Flat(IEnumerable<Statement> statements) => string.Join('\n', statements.SelectMany(one => one.Lines()));

    private string Codes => string.Join(' ', _findings.InOrder().Select(one => $"{one.Code}@{one.At.Line}:{one.At.Column}"));

    [Fact]
    public void Blocks_comments_and_quotes()
    {
        IReadOnlyList<Statement> read = Read("""
            ! a comment
            vrrp_script "a b" { # another
              script "/x y 'z # no comment'"   # but this
            }
            vrrp_instance VI_1
            {
              virtual_ipaddress { 10.0.0.1
                10.0.0.2 dev eth0 }
              state MASTER!
            }
            """);
        Assert.Equal(
            """
            vrrp_script "a b" {
                script "/x y 'z # no comment'"
            }
            vrrp_instance VI_1 {
                virtual_ipaddress {
                    10.0.0.1
                    10.0.0.2 dev eth0
                }
                state MASTER
            }
            """,
            Flat(read));
        Assert.Equal("", Codes);
    }

    [Fact]
    public void Every_word_knows_its_place()
    {
        Statement instance = Read("\n  vrrp_instance VI_1 {\n\tpriority  150\n  }\n")[0];
        Assert.Equal("/etc/k.conf:2:3", instance.At.ToString());
        Assert.Equal("/etc/k.conf:2:17", instance.Argument(0)!.At.ToString());
        Assert.Equal("/etc/k.conf:3:12", instance.Children[0].Argument(0)!.At.ToString());
    }

    [Fact]
    public void What_is_open_or_closed_once_too_often_is_told_where_it_stands()
    {
        Read("a {\n b {\n }\n");
        Read("c {\n}\n}\nd 'open\n");
        Assert.Equal("KA1003@1:3 KA1003@3:1 KA1007@4:3", Codes);
    }

    [Fact]
    public void Includes_are_relative_to_the_file_that_holds_them_and_may_be_patterns()
    {
        IReadOnlyList<Statement> read = Read(
            "include conf.d/*.conf\ninclude nothing.conf\nlast",
            null,
            ("/etc/conf.d/a.conf", "one\ninclude deep/x.conf"),
            ("/etc/conf.d/b.conf", "three"),
            ("/etc/conf.d/deep/x.conf", "two"));
        Assert.Equal("one\ntwo\nthree\nlast", Flat(read));
        Assert.Equal("/etc/conf.d/deep/x.conf:1:1", read[1].At.ToString());
        Assert.Equal("KA1002@2:1", Codes);
    }

    [Fact]
    public void A_file_that_includes_itself_ends()
    {
        Read("include k.conf");
        Assert.Equal("KA1005@1:1", Codes);
    }

    [Theory]
    [InlineData("web1", "priority 150\nboth\nonly1 {\n    x\n}")]
    [InlineData("web2", "priority 100\nboth\nnot1")]
    public void Conditions_keep_lines_and_whole_blocks_for_one_node(string id, string expected) => Assert.Equal(
        expected,
        Flat(Read("@web1 priority 150\n@web2 priority 100\nboth\n@web1 only1 {\n x\n}\n@^web1 not1", id)));

    [Fact]
    public void Definitions_are_put_in_also_over_several_lines_and_one_in_another()
    {
        IReadOnlyList<Statement> read = Read("""
            $IF=eth0
            $NET=10.0.${N}
            $N=7
            $VIPS=\
              ${NET}.1 dev $IF \
              ${NET}.2
            virtual_ipaddress {
              $VIPS
            }
            port ${IF}x $IFx ${_HASH}
            """);
        Assert.Equal("virtual_ipaddress {\n    10.0.7.1 dev eth0\n    10.0.7.2\n}\nport eth0x $IFx", Flat(read));
        Assert.Equal(4, read[0].Children[0].At.Defined!.Line);
        Assert.Equal("KA1004@10:1", Codes);
    }

    [Fact]
    public void A_definition_of_itself_ends()
    {
        Read("$A=x $A\ny $A");
        Assert.Contains("KA1005@2:1", Codes, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("~SEQ(n, 1, 3) 10.0.0.$n", "10.0.0.1\n10.0.0.2\n10.0.0.3")]
    [InlineData("~SEQ(n, 10, -5, 0) a${n}b", "a10b\na5b\na0b")]
    [InlineData("~SEQ(n, 3) $n", "1\n2\n3")]
    [InlineData("~SEQx(n, 9, b) fe80::$n", "fe80::9\nfe80::a\nfe80::b")]
    [InlineData("~SEQ(a, 1, 2) ~SEQ(b, 1, 2) ${a}.$b", "1.1\n1.2\n2.1\n2.2")]
    [InlineData("~LST(if, eth0, eth1) track $if", "track eth0\ntrack eth1")]
    [InlineData("~LST({a, b}, {1, x}, {2, y}) $a $b", "1 x\n2 y")]
    public void Repetitions_make_lines(string line, string expected)
    {
        Assert.Equal(expected, Flat(Read(line)));
        Assert.Equal("", Codes);
    }

    [Fact]
    public void A_definition_may_name_the_variable_of_a_repetition()
    {
        Assert.Equal("vrrp_instance VI_7 {\n    vrid 7\n}\nvrrp_instance VI_8 {\n    vrid 8\n}", Flat(Read("$I=\\\nvrrp_instance VI_${id} { \\\n vrid $id \\\n}\n~SEQ(id, 7, 8) $I")));
        Assert.Equal("", Codes);
    }

    /// <summary>Tried on keepalived 2.2.7: "parsed invalid IP 192.168.56.$n/24".</summary>
    [Theory]
    [InlineData("$N=7\nvip 10.0.0.$N/24", "KA1004@2:1")]
    [InlineData("$N=7\nvip 10.0.0.$N", "")]
    [InlineData("$N=7\nvip 10.0.0.${N}/24", "")]
    [InlineData("~SEQ(n, 7, 7) vip 10.0.0.$n/24", "KA1004@1:1")]
    public void A_name_without_braces_ends_at_a_blank_for_keepalived(string text, string codes)
    {
        Assert.StartsWith("vip 10.0.0.7", Flat(Read(text)), StringComparison.Ordinal);
        Assert.Equal(codes, Codes);
    }

    /// <summary>Tried on keepalived 2.2.7: the lines of the block are unknown keywords then.</summary>
    [Fact]
    public void A_condition_before_a_block_is_told_to_the_other_nodes()
    {
        Read("@web1 only1 {\n x\n}", "web1");
        Assert.Equal("", Codes);
        Read("@web1 only1 {\n x\n}", "web2");
        Assert.Equal("KA1003@1:1", Codes);
    }

    [Theory]
    [InlineData("~SEQ(n, 1, 0, 3) $n")]
    [InlineData("~SEQ(n, a, b) $n")]
    [InlineData("~SEQ(n, 1, 100000) $n")]
    [InlineData("~SEQ(n, 1, 3 $n")]
    [InlineData("~LST({a, b}, {1}) $a")]
    [InlineData("~SEQ(a, 1, 300) ~SEQ(b, 1, 300) x")]
    public void A_repetition_that_makes_no_sense_or_too_much_is_an_error(string line)
    {
        Assert.Empty(Read(line));
        Assert.Equal("KA1006@1:1", Codes);
    }

    [Fact]
    public void Globs_of_the_disk_are_those_of_the_shell()
    {
        string folder = Directory.CreateTempSubdirectory("hs-globs-").FullName;
        try
        {
            foreach (string name in new[] { "a1.conf", "a2.conf", "b1.conf", ".hidden.conf", "x.txt" })
            {
                File.WriteAllText(Path.Combine(folder, name), name);
            }

            Assert.Equal(["a1.conf", "a2.conf", "b1.conf"], Names("*.conf"));
            Assert.Equal(["a1.conf", "b1.conf"], Names("[ab]1.conf"));
            Assert.Equal(["x.txt", "a2.conf"], Names("{x.txt,a2.conf}"));
            Assert.Equal(["a1.conf", "a2.conf"], Names("a?.conf"));
            Assert.Equal(["a2.conf", "b1.conf"], Names("{a{2,3},b1}.conf"));
            Assert.Equal(["b1.conf"], Names("[!a]1.conf"));
            Assert.Equal([".hidden.conf"], Names(".*.conf"));
            Assert.Empty(Names("none.conf"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        string[] Names(string pattern) => [.. new DiskFiles().Match(pattern, folder, out _).Select(path => Path.GetFileName(path)!)];
    }

    [Fact]
    public void Random_text_never_throws()
    {
        Random random = new(1);
        const string Alphabet = "ab ${}~SEQ(1,2)LST#!\"'\\@^\n=.";
        for (int round = 0; round < 2000; round++)
        {
            _ = Read(new string([.. Enumerable.Range(0, random.Next(80)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]));
        }
    }
}
