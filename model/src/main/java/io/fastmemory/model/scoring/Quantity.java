package io.fastmemory.model.scoring;

import io.fastmemory.model.scoring.NormalText.Token;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A number with what it measures, in the base unit of its dimension: {@code 5 km} and {@code 5,000 m}, {@code 1 h 30 min} and
 * {@code 90 minutes}, {@code $5} and {@code 5 dollars}. Currencies and temperatures are compared only within themselves
 * (temperatures by formula); nothing is rounded.
 *
 * @param dimension what is measured, empty for a bare number
 * @param amount in the dimension's base unit
 * @param unit the unit as written, empty for a bare number
 */
record Quantity(String dimension, double amount, BigDecimal number, String unit) {
    private static final int LONGEST = 8;
    private static final Map<String, Unit> UNITS = units();
    private static final Set<String> CURRENCY_MARKS =
            Set.of("$", "€", "£", "¥", "₹", "usd", "us$", "eur", "gbp", "jpy", "inr", "chf");

    private record Unit(String dimension, double factor, double offset) {}

    /** Whether both measure the same amount of the same thing. */
    boolean same(Quantity other) {
        if (!dimension.equals(other.dimension)) {
            return (isPound(other) || other.isPound(this)) && number.compareTo(other.number) == 0;
        }
        if (unit.equals(other.unit)) {
            return number.compareTo(other.number) == 0;
        }
        return Math.abs(amount - other.amount) <= 1e-9 * Math.max(Math.abs(amount), Math.abs(other.amount));
    }

    /** Whether this is in pounds, of which only the other tells whether money or weight is meant. */
    private boolean isPound(Quantity other) {
        return dimension.equals("pound")
                && (other.dimension.equals("gbp") || other.unit.equals("lb") || other.unit.equals("lbs"));
    }

    /** Whether it is a number without a unit. */
    boolean bare() {
        return dimension.isEmpty();
    }

    /** The quantity that all of {@code text} is, or {@code null}. */
    static @Nullable Quantity of(NormalText text) {
        return of(text.tokens());
    }

    /** The quantities in a text, each with its longest unit, and bare numbers. */
    static List<Quantity> in(List<Token> tokens) {
        List<Quantity> found = new ArrayList<>();
        for (int start = 0; start < tokens.size(); start++) {
            Token first = tokens.get(start);
            if (first.number() == null && !CURRENCY_MARKS.contains(first.text())) {
                continue;
            }
            for (int end = Math.min(tokens.size(), start + LONGEST); end > start; end--) {
                Quantity quantity = of(tokens.subList(start, end));
                if (quantity != null) {
                    found.add(quantity);
                    break;
                }
            }
        }
        return found;
    }

    private static @Nullable Quantity of(List<Token> tokens) {
        Quantity sum = null;
        int i = 0;
        while (i < tokens.size()) {
            if (sum != null && tokens.get(i).text().equals("and") && i + 1 < tokens.size()) {
                i++;
            }
            String mark = CURRENCY_MARKS.contains(tokens.get(i).text())
                    ? tokens.get(i).text()
                    : null;
            i += mark == null ? 0 : 1;
            BigDecimal number = i == tokens.size() ? null : tokens.get(i).number();
            if (number == null) {
                return null;
            }
            i++;
            BigDecimal multiplier = i < tokens.size() ? multiplier(tokens.get(i), mark != null) : null;
            if (multiplier != null) {
                number = number.multiply(multiplier);
                i++;
            }
            int end = mark == null ? unitEnd(tokens, i) : i;
            if (mark == null && end == i) {
                return sum == null && i == tokens.size() ? new Quantity("", number.doubleValue(), number, "") : null;
            }
            String unit = mark == null ? joined(tokens, i, end) : mark;
            if (mark != null && unitEnd(tokens, i) > i && sameCurrency(mark, joined(tokens, i, unitEnd(tokens, i)))) {
                end = unitEnd(tokens, i);
            }
            i = end;
            Quantity part = measured(number, unit);
            if (sum == null) {
                sum = part;
            } else if (sum.dimension.equals(part.dimension)
                    && part.amount < sum.amount
                    && !part.unit.equals(sum.unit)) {
                sum = new Quantity(
                        sum.dimension,
                        sum.amount + part.amount,
                        sum.number,
                        sum.unit + " " + part.unit + " " + part.number);
            } else {
                return null;
            }
        }
        return sum;
    }

    private static Quantity measured(BigDecimal number, String name) {
        Unit unit = UNITS.get(name);
        if (unit == null) {
            throw new IllegalStateException("not a unit: " + name);
        }
        return new Quantity(unit.dimension(), number.doubleValue() * unit.factor() + unit.offset(), number, name);
    }

    private static boolean sameCurrency(String mark, String name) {
        Unit first = UNITS.get(mark);
        Unit second = UNITS.get(name);
        return first != null && second != null && first.equals(second);
    }

    private static @Nullable BigDecimal multiplier(Token token, boolean money) {
        if (token.text().equals("k") && token.glued()) {
            return BigDecimal.valueOf(1_000);
        }
        if (money && (token.text().equals("m") || token.text().equals("mn"))) {
            return BigDecimal.valueOf(1_000_000);
        }
        return money && (token.text().equals("bn") || token.text().equals("b"))
                ? BigDecimal.valueOf(1_000_000_000L)
                : null;
    }

    /** End of the longest unit that begins at token {@code start}; {@code start} if there is none. */
    private static int unitEnd(List<Token> tokens, int start) {
        for (int end = Math.min(tokens.size(), start + 4); end > start; end--) {
            if (UNITS.containsKey(joined(tokens, start, end))) {
                return end;
            }
        }
        return start;
    }

    private static String joined(List<Token> tokens, int start, int end) {
        return tokens.subList(start, end).stream().map(Token::text).collect(Collectors.joining(" "));
    }

    private static Map<String, Unit> units() {
        Map<String, Unit> units = new HashMap<>();
        add(units, "length", 1, "m", "meter", "meters", "metre", "metres");
        add(units, "length", 1_000, "km", "kms", "kilometer", "kilometers", "kilometre", "kilometres");
        add(units, "length", 0.01, "cm", "centimeter", "centimeters", "centimetre", "centimetres");
        add(units, "length", 0.001, "mm", "millimeter", "millimeters", "millimetre", "millimetres");
        add(units, "length", 1_609.344, "mi", "mile", "miles");
        add(units, "length", 0.9144, "yd", "yard", "yards");
        add(units, "length", 0.3048, "ft", "foot", "feet");
        add(units, "length", 0.0254, "in", "inch", "inches");
        add(units, "mass", 1, "kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramme", "kilogrammes");
        add(units, "mass", 0.001, "g", "gram", "grams", "gramme", "grammes");
        add(units, "mass", 0.000_001, "mg", "milligram", "milligrams");
        add(units, "mass", 1_000, "t", "tonne", "tonnes", "metric ton", "metric tons");
        add(units, "mass", 0.453_592_37, "lb", "lbs");
        add(units, "mass", 0.028_349_523_125, "oz", "ounce", "ounces");
        add(units, "time", 0.001, "ms", "msec", "millisecond", "milliseconds");
        add(units, "time", 1, "s", "sec", "secs", "second", "seconds");
        add(units, "time", 60, "min", "mins", "minute", "minutes");
        add(units, "time", 3_600, "h", "hr", "hrs", "hour", "hours");
        add(units, "time", 86_400, "d", "day", "days");
        add(units, "time", 604_800, "week", "weeks", "wk", "wks");
        add(units, "months", 1, "month", "months");
        add(units, "months", 12, "year", "years", "yr", "yrs");
        add(units, "months", 120, "decade", "decades");
        add(units, "volume", 1, "l", "liter", "liters", "litre", "litres");
        add(units, "volume", 0.001, "ml", "milliliter", "milliliters", "millilitre", "millilitres");
        add(units, "volume", 0.01, "cl", "centiliter", "centiliters", "centilitre", "centilitres");
        add(units, "volume", 3.785_411_784, "gal", "gallon", "gallons");
        add(units, "area", 1, "m 2", "sqm", "sq m", "square meter", "square meters", "square metre", "square metres");
        add(
                units,
                "area",
                1_000_000,
                "km 2",
                "square kilometer",
                "square kilometers",
                "square kilometre",
                "square kilometres");
        add(units, "area", 10_000, "ha", "hectare", "hectares");
        add(units, "area", 0.092_903_04, "sq ft", "sqft", "square foot", "square feet");
        add(units, "speed", 1, "m s", "meters per second", "metres per second");
        add(units, "speed", 1 / 3.6, "km h", "kmh", "kph", "kilometers per hour", "kilometres per hour");
        add(units, "speed", 0.447_04, "mph", "miles per hour");
        add(units, "data", 1, "byte", "bytes");
        add(units, "data", 1e3, "kb", "kilobyte", "kilobytes");
        add(units, "data", 1e6, "mb", "megabyte", "megabytes");
        add(units, "data", 1e9, "gb", "gigabyte", "gigabytes");
        add(units, "data", 1e12, "tb", "terabyte", "terabytes");
        add(units, "data", 1_024, "kib");
        add(units, "data", 1_048_576, "mib");
        add(units, "data", 1_073_741_824, "gib");
        add(units, "energy", 1, "kcal", "kilocalorie", "kilocalories", "calorie", "calories", "cal");
        add(units, "power", 1, "w", "watt", "watts");
        add(units, "power", 1_000, "kw", "kilowatt", "kilowatts");
        add(units, "power", 1_000_000, "mw", "megawatt", "megawatts");
        add(units, "electric energy", 1, "kwh", "kilowatt hour", "kilowatt hours");
        add(units, "electric energy", 1_000, "mwh", "megawatt hour", "megawatt hours");
        add(units, "frequency", 1, "hz", "hertz");
        add(units, "frequency", 1e3, "khz", "kilohertz");
        add(units, "frequency", 1e6, "mhz", "megahertz");
        add(units, "frequency", 1e9, "ghz", "gigahertz");
        add(units, "share", 1, "%", "percent", "per cent", "pct");
        add(units, "usd", 1, "$", "usd", "us$", "dollar", "dollars", "us dollar", "us dollars", "buck", "bucks");
        add(units, "usd", 0.01, "cent", "cents");
        add(units, "eur", 1, "€", "eur", "euro", "euros");
        add(units, "gbp", 1, "£", "gbp", "pound sterling", "pounds sterling", "british pounds", "quid");
        add(units, "jpy", 1, "¥", "jpy", "yen");
        add(units, "inr", 1, "₹", "inr", "rupee", "rupees");
        add(units, "chf", 1, "chf", "swiss franc", "swiss francs");
        add(units, "pound", 1, "pound", "pounds");
        for (String celsius :
                List.of("° c", "° celsius", "celsius", "degrees celsius", "degree celsius", "degrees c")) {
            units.put(celsius, new Unit("temperature", 1, 273.15));
        }
        for (String fahrenheit :
                List.of("° f", "° fahrenheit", "fahrenheit", "degrees fahrenheit", "degree fahrenheit", "degrees f")) {
            units.put(fahrenheit, new Unit("temperature", 5.0 / 9, 273.15 - 32 * 5.0 / 9));
        }
        units.put("kelvin", new Unit("temperature", 1, 0));
        return Map.copyOf(units);
    }

    private static void add(Map<String, Unit> units, String dimension, double factor, String... names) {
        for (String name : names) {
            if (units.put(name, new Unit(dimension, factor, 0)) != null) {
                throw new IllegalStateException("unit named twice: " + name);
            }
        }
    }
}
