package org.qair.host.settings;

import java.util.Comparator;
import java.util.List;

/** The word that somebody probably meant. */
final class NearMiss {
    private static final int FARTHEST = 3;

    private NearMiss() {}

    /** {@code ": did you mean `x`?"}, or the list of what there is when nothing is near. */
    static String suggestion(String word, List<String> known) {
        return known.stream()
                .filter(candidate -> distance(word, candidate) <= FARTHEST)
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)))
                .map(": did you mean `%s`?"::formatted)
                .orElse(": there is `%s`".formatted(String.join("`, `", known)));
    }

    /** Levenshtein's: how many letters to put in, take out or change. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
