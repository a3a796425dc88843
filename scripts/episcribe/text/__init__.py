"""Words: cleaning, sentences, language, quality, terms, ranking, topic segmentation."""
