package io.wshd.config;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds redirects of one host that lead back to themselves, which browsers give up on after some twenty rounds. */
final class RedirectLoops {

    private RedirectLoops() {}

    /** What is wrong, by the path of the route. */
    static Map<String, String> find(List<RouteConfig> routes) {
        var loops = new HashMap<String, String>();
        for (var route : routes) {
            var at = route;
            for (int steps = 0; at != null && steps < routes.size(); steps++) {
                at = next(at, routes);
                if (route.equals(at)) {
                    loops.put(
                            route.path(),
                            "leads back to " + Mistakes.quote(route.path())
                                    + " itself. Redirect to a path that another route takes.");
                    break;
                }
            }
        }
        return loops;
    }

    /** The route that takes the request after a redirect on the same host; null when there is none. */
    private static RouteConfig next(RouteConfig route, List<RouteConfig> routes) {
        if (route.content().orElse(null) instanceof RouteConfig.Redirect(var location, var _)
                && location.startsWith("/")) {
            var path = RoutePath.plain(location.replaceAll("[?#].*", ""));
            return routes.stream()
                    .filter(other -> RoutePath.takes(other.path(), path))
                    .max(Comparator.comparingInt(other -> other.path().length()))
                    .orElse(null);
        }
        return null;
    }
}
