package io.wshd.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * Addresses that share their first bits, in CIDR notation: {@code 10.0.0.0/8}, {@code fd00::/8}, {@code 127.0.0.1}.
 *
 * @param first the address, with zeros behind the prefix
 * @param prefix how many bits count
 */
public record AddressRange(InetAddress first, int prefix) {

    /**
     * Reads a range without asking any name server.
     *
     * @throws IllegalArgumentException whose message goes on after the value
     */
    static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        var address = slash < 0 ? text : text.substring(0, slash);
        InetAddress literal;
        try {
            literal = InetAddress.ofLiteral(address);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    " is no address range; expected one such as 10.0.0.0/8, 192.0.2.7 or fd00::/8.", e);
        }
        int bits = literal.getAddress().length * 8;
        var count = slash < 0 ? Integer.toString(bits) : text.substring(slash + 1);
        if (!count.matches("[0-9]{1,3}") || Integer.parseInt(count) > bits) {
            throw new IllegalArgumentException(
                    " is no address range; the number behind the slash must be 0-" + bits + ".");
        }
        int prefix = Integer.parseInt(count);
        var masked = masked(literal, prefix);
        if (!masked.equals(literal)) {
            throw new IllegalArgumentException(" is no address range; it has bits set behind the first " + prefix
                    + ". Did you mean " + Mistakes.quote(masked.getHostAddress() + "/" + prefix) + "?");
        }
        return new AddressRange(masked, prefix);
    }

    /** Whether an address is in the range; one of the other family never is. */
    public boolean contains(InetAddress address) {
        var own = first.getAddress();
        var other = address.getAddress();
        if (own.length != other.length) {
            return false;
        }
        int whole = prefix / 8;
        int rest = prefix % 8;
        return Arrays.equals(own, 0, whole, other, 0, whole)
                && (rest == 0 || ((own[whole] ^ other[whole]) & 0xff) >>> (8 - rest) == 0);
    }

    @Override
    public String toString() {
        return first.getHostAddress() + "/" + prefix;
    }

    private static InetAddress masked(InetAddress address, int prefix) {
        var bytes = address.getAddress();
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >>> bit % 8);
        }
        try {
            return address instanceof Inet6Address
                    ? Inet6Address.getByAddress(null, bytes, -1)
                    : InetAddress.getByAddress(bytes);
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException("the length was checked by the literal", e);
        }
    }
}
