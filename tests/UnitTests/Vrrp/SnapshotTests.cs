using System.Reflection;
using System.Runtime.CompilerServices;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>A snapshot is the whole state of a virtual router: whatever any field holds, it comes back.</summary>
public class SnapshotTests
{
    private const BindingFlags AllOfInstance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static TheoryData<string> FieldNames => [.. typeof(VirtualRouter).GetFields(AllOfInstance).Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(FieldNames))]
    public void A_field_is_saved_and_loaded(string name)
    {
        FieldInfo field = typeof(VirtualRouter).GetField(name, AllOfInstance)!;
        VirtualRouter one = new(Dut.Settings);
        VirtualRouter other = new(Dut.Settings);
        Alter(one, field);
        Assert.False(Same(field.GetValue(one), field.GetValue(other)), $"The test did not alter {name}.");

        VirtualRouter.Snapshot snapshot = new(Dut.Settings);
        one.Save(snapshot);
        other.Load(snapshot);
        Assert.True(Same(field.GetValue(one), field.GetValue(other)), $"{name} of VirtualRouter is missing in Save, Load or Snapshot.");
    }

    [Fact]
    public void A_snapshot_does_not_share_what_changes()
    {
        VirtualRouter router = new(Dut.Settings);
        VirtualRouter.Snapshot snapshot = new(Dut.Settings);
        router.Save(snapshot);
        foreach (FieldInfo field in typeof(VirtualRouter).GetFields(AllOfInstance))
        {
            Alter(router, field);
        }

        VirtualRouter back = new(Dut.Settings);
        back.Load(snapshot);
        VirtualRouter fresh = new(Dut.Settings);
        Assert.All(typeof(VirtualRouter).GetFields(AllOfInstance), field => Assert.True(Same(field.GetValue(back), field.GetValue(fresh)), field.Name));
    }

    /// <summary>Another value into a field: a new one for a value or a text, else into every field of the object that it refers to.</summary>
    private static void Alter(object of, FieldInfo field)
    {
        object? value = field.GetValue(of);
        Type type = Nullable.GetUnderlyingType(field.FieldType) ?? field.FieldType;
        if (value is VirtualRouterSettings settings)
        {
            field.SetValue(of, settings with { Priority = 77 });
        }
        else if (type.IsValueType || type == typeof(string))
        {
            field.SetValue(of, Another(type, value));
        }
        else if (value is long[] numbers)
        {
            Array.Fill(numbers, 7);
        }
        else if (value is MonotonicTime[] times)
        {
            Array.Fill(times, new MonotonicTime(7));
        }
        else
        {
            Assert.All(type.GetFields(AllOfInstance).Where(IsState), inner => Alter(value!, inner));
        }
    }

    private static object Another(Type type, object? old)
    {
        if (type == typeof(string))
        {
            return old + "7";
        }

        if (type == typeof(bool))
        {
            return old is not true;
        }

        if (type.IsEnum)
        {
            return Enum.GetValues(type).Cast<object>().Last(value => !value.Equals(old));
        }

        if (type == typeof(byte) || type == typeof(int) || type == typeof(long))
        {
            return Convert.ChangeType(7, type, System.Globalization.CultureInfo.InvariantCulture);
        }

        if (type == typeof(Address))
        {
            return Address.Parse("192.0.2.7");
        }

        object made = RuntimeHelpers.GetUninitializedObject(type);
        foreach (FieldInfo inner in type.GetFields(AllOfInstance))
        {
            inner.SetValue(made, Another(inner.FieldType, old is null ? null : inner.GetValue(old)));
        }

        return made;
    }

    /// <summary>The size of a <see cref="TokenBucket"/> never changes.</summary>
    private static bool IsState(FieldInfo field) => !field.Name.Contains("burst", StringComparison.Ordinal);

    private static bool Same(object? one, object? other) => (one, other) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (Array left, Array right) => left.Cast<object>().SequenceEqual(right.Cast<object>()),
        (VirtualRouterSettings, _) => one.Equals(other),
        _ when one.GetType().IsValueType || one is string => one.Equals(other),
        _ => one.GetType().GetFields(AllOfInstance).All(field => Same(field.GetValue(one), field.GetValue(other))),
    };
}
