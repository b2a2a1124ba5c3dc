package io.wshd.security;

import io.undertow.security.api.AuthenticationMode;
import io.undertow.security.handlers.AuthenticationCallHandler;
import io.undertow.security.handlers.AuthenticationConstraintHandler;
import io.undertow.security.handlers.AuthenticationMechanismsHandler;
import io.undertow.security.handlers.SecurityInitialHandler;
import io.undertow.security.idm.Account;
import io.undertow.security.idm.Credential;
import io.undertow.security.idm.IdentityManager;
import io.undertow.security.idm.PasswordCredential;
import io.undertow.security.impl.BasicAuthenticationMechanism;
import io.undertow.server.HttpHandler;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.Principal;
import java.util.List;
import java.util.Set;

/** HTTP Basic authentication (RFC 7617) with one user. Requests without the credential get 401. */
public final class BasicAuthentication {

    private BasicAuthentication() {}

    /**
     * Puts a handler behind the authentication.
     *
     * @param credential {@code user:password}
     */
    public static HttpHandler before(HttpHandler next, String realm, String credential) {
        HttpHandler checked = new AuthenticationConstraintHandler(new AuthenticationCallHandler(next));
        return new SecurityInitialHandler(
                AuthenticationMode.PRO_ACTIVE,
                new OneUser(credential.getBytes(StandardCharsets.UTF_8)),
                new AuthenticationMechanismsHandler(checked, List.of(new BasicAuthenticationMechanism(realm))));
    }

    private record User(String name) implements Account {

        @Override
        public Principal getPrincipal() {
            return () -> name;
        }

        @Override
        public Set<String> getRoles() {
            return Set.of();
        }
    }

    private record OneUser(byte[] credential) implements IdentityManager {

        @Override
        public Account verify(Account account) {
            return account;
        }

        @Override
        public Account verify(String name, Credential given) {
            if (!(given instanceof PasswordCredential password)) {
                return null;
            }
            byte[] both = (name + ":" + new String(password.getPassword())).getBytes(StandardCharsets.UTF_8);
            return MessageDigest.isEqual(both, credential) ? new User(name) : null;
        }

        @Override
        public Account verify(Credential given) {
            return null;
        }
    }
}
